/** A small API in the form of the real one, for a gateway without an upstream. It stores nothing. */
import type { ApiRoute } from '../../policy/api-routes.ts';
import { envelope } from '../envelope.ts';
import type { Projects } from '../projects.ts';
import { answerError, answerJson } from './answer.ts';
import type { Call } from './call.ts';

const projects = [
  { id: 'proj_123abc', name: 'My Project', status: 'active', url: 'https://my-project.vibecaas.app' },
  { id: 'proj_456def', name: 'Side Project', status: 'draft', url: null },
];
const deployments = [
  { id: 'dep_789ghi', project_id: 'proj_123abc', status: 'live', created_at: '2026-11-20T09:30:00Z' },
];

/** All of its projects, as a list in the envelope. */
export function sampleProjects(requestId: string): object {
  return envelope(projects, requestId, { pagination: onePage(projects.length) });
}

/** Answers a call that was allowed. The body is read and dropped. Whatever is of a project is told only if the call may touch it. */
export function answerFromSample(call: Call, route: ApiRoute, projects: Projects): void {
  call.request.resume();
  const name = `${route.method} ${route.path}`;
  const [status, whole] = samples[name] ?? [200, { accepted: name }];
  const data = route.path.includes(':project') ? ofProject(whole, projects) : visible(whole, projects);
  if (data === undefined) {
    const message = 'There is nothing here that this caller may see';
    return void answerError(call, { status: 404, code: 'NOT_FOUND', message });
  }
  const list = Array.isArray(data);
  answerJson(call, status, envelope(data, call.requestId, list ? { pagination: onePage(data.length) } : {}));
}

/** The route names the project, and the call was allowed for it. */
function ofProject(data: unknown, [project]: Projects): unknown {
  return data === projects[0] ? (projects.find(({ id }) => id === project) ?? data) : data;
}

/** Undefined if it belongs to a project that the call may not touch. */
function visible(data: unknown, allowed: Projects): unknown {
  if (allowed === '*') return data;
  const isVisible = (one: unknown) => {
    const { project_id: id = (one as { id?: string }).id } = one as { project_id?: string };
    return id === undefined || !/^proj_/.test(id) || allowed.includes(id);
  };
  if (Array.isArray(data)) return data.filter(isVisible);
  return isVisible(data) ? data : undefined;
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
