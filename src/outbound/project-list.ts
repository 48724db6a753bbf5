/**
 * Asks the platform's API for the projects of a person. The operator configured its address, so it may be anywhere; its answer is
 * bounded in time and size. Few requests run at a time, so that a slow API does not hold up pages that need none.
 */
import { maxListedProjects, type Project, readProjectPage } from '../policy/project-list.ts';
import type { Outbound } from './request.ts';

/** The list cannot be had now. The message says why, for the log. */
export class ProjectsUnavailable extends Error {}

/** Returns the projects of the person whom the token is for. @throws ProjectsUnavailable */
export type ListProjects = (token: string) => Promise<Project[]>;

/** For the whole list, however many pages it has. */
const timeoutMs = 2_000;
const maxBytes = 4 * 1024 * 1024;
const pageSize = 1_000;
/** At a time and process: fewer than the pages that the smallest pool admits. */
const maxRunning = 8;

export function createProjectList(address: string, outbound: Outbound): ListProjects {
  let running = 0;
  return async (token) => {
    if (running >= maxRunning) throw new ProjectsUnavailable(`${running} requests for projects are running`);
    running += 1;
    try {
      return await readAll(address, token, outbound);
    } finally {
      running -= 1;
    }
  };
}

async function readAll(address: string, token: string, outbound: Outbound): Promise<Project[]> {
  const until = performance.now() + timeoutMs;
  let projects: Project[] = [];
  for (let page = 1; projects.length < maxListedProjects; page += 1) {
    const read = await readPage(address, { token, page, timeoutMs: Math.ceil(until - performance.now()) }, outbound);
    projects = projects.concat(read.projects);
    if (!read.more || read.projects.length === 0) break;
  }
  return projects.slice(0, maxListedProjects);
}

async function readPage(
  address: string,
  { token, page, timeoutMs: left }: { token: string; page: number; timeoutMs: number },
  outbound: Outbound,
) {
  if (left <= 0) throw new ProjectsUnavailable('the list has more pages than could be read in time');
  const url = new URL(address);
  url.searchParams.set('page', String(page));
  url.searchParams.set('per_page', String(pageSize));
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
  const allows = () => true;
  const request = {
    url: url.href,
    method: 'GET',
    headers,
    timeoutMs: left,
    maxBytes,
    allows,
    isOperators: true,
  } as const;
  const answer = await outbound(request).catch((error: Error) => {
    throw new ProjectsUnavailable(error.message, { cause: error });
  });
  if (answer.status !== 200) throw new ProjectsUnavailable(`the API answered ${answer.status}`);
  if (answer.cut) throw new ProjectsUnavailable(`the API answered with more than ${maxBytes} bytes`);
  const read = readProjectPage(parsed(answer.body));
  if (!read) throw new ProjectsUnavailable('the API did not answer with a list of projects in its envelope');
  return read;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
