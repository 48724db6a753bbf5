/** A small API in the form of the real one, for a gateway without an upstream. It stores nothing. */
import type { ApiRoute } from '../../policy/api-routes.ts';
import { envelope } from '../envelope.ts';
import { answerJson } from './answer.ts';
import type { Call } from './call.ts';

const projects = [
  { id: 'proj_123abc', name: 'My Project', status: 'active', url: 'https://my-project.vibecaas.app' },
  { id: 'proj_456def', name: 'Side Project', status: 'draft', url: null },
];
const deployments = [
  { id: 'dep_789ghi', project_id: 'proj_123abc', status: 'live', created_at: '2026-11-20T09:30:00Z' },
];

/** Answers a call that was allowed. The body is read and dropped. */
export function answerFromSample(call: Call, route: ApiRoute): void {
  call.request.resume();
  const name = `${route.method} ${route.path}`;
  const [status, data] = samples[name] ?? [200, { accepted: name }];
  const list = Array.isArray(data);
  answerJson(call, status, envelope(data, call.requestId, list ? { pagination: onePage(data.length) } : {}));
}

const samples: Record<string, [status: number, data: unknown]> = {
  'GET /projects': [200, projects],
  'POST /projects': [201, projects[0]],
  'GET /projects/:project': [200, projects[0]],
  'GET /deployments': [200, deployments],
  'GET /deployments/:id': [200, deployments[0]],
  'GET /deployments/:id/logs': [200, [{ at: '2026-11-20T09:30:04Z', line: 'Built in 3.2 s' }]],
  'POST /deploy': [202, deployments[0]],
  'GET /analytics': [200, { visitors: 1_204, views: 3_981, period: '30d' }],
  'GET /projects/:project/files': [200, [{ path: 'src/index.ts', size: 412 }]],
  'POST /ai/generate': [200, { model: 'gpt-4', output: 'export function Greeting() { return "Hello"; }' }],
};

function onePage(total: number): object {
  return { page: 1, per_page: 20, total, total_pages: 1, has_next: false, has_previous: false };
}
