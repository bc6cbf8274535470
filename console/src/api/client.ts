// The server's API, typed by its own description (`schema.ts` is generated from it).
import createClient from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type Me = Schemas["Me"];
export type Permission = Me["permissions"][number];
export type ShopNow = Schemas["ShopNow"];
export type MetricNow = Schemas["MetricNow"];
export type Count = Schemas["Count"];
export type StandingNow = Schemas["StandingNow"];
export type Queue = Schemas["Queue"];
export type Waiting = Schemas["WaitingBuyer"];
export type AlertItem = Schemas["AlertItem"];
export type User = Schemas["User"];
export type Token = Schemas["Token"];
export type AuditLine = Schemas["AuditLine"];
export type Shop = Schemas["Shop"];
export type Reach = Schemas["Reach"];

/** Why an answer is not there: the server said so, it was not reached, or what came is no answer. */
export type Failure =
  | { kind: "problem"; problem: Problem }
  | { kind: "offline" }
  | { kind: "unreadable"; status: number };

export class Failed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.kind === "problem" ? failure.problem.title : failure.kind);
    this.failure = failure;
  }
}

let language = "zh-CN";

/** In which language problems and names are answered. */
export function answerIn(tag: string): void {
  language = tag;
}

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Read at each call: tests and tools may replace it.
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    request.headers.set("accept-language", language);
    return request;
  },
});

const ended = new Set<() => void>();

/** Calls back whenever the server says that nobody is signed in any more. */
export function onSessionOver(listener: () => void): () => void {
  ended.add(listener);
  return () => ended.delete(listener);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && "title" in body;
}

/** The last part of a problem's type: its stable code. */
export function code(problem: Problem): string {
  return problem.type.slice(problem.type.lastIndexOf(":") + 1);
}

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/**
 * What a call answers.
 *
 * @throws Failed when there is no answer.
 */
export async function taken<A extends Answer>(
  call: Promise<A>,
): Promise<Exclude<A["data"], undefined>> {
  let answer: A;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failed({ kind: "unreadable", status: 0 });
    throw new Failed({ kind: "offline" });
  }
  if (answer.response.ok) return answer.data as Exclude<A["data"], undefined>;
  const status = answer.response.status;
  if (!isProblem(answer.error)) throw new Failed({ kind: "unreadable", status });
  if (code(answer.error) === "sign-in-needed") ended.forEach((listener) => listener());
  throw new Failed({ kind: "problem", problem: answer.error });
}

/** The failure that was thrown; whatever else was thrown is a mistake of ours and goes on. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failed) return thrown.failure;
  throw thrown;
}

/** All items of a list that comes in pages. */
/** A body that goes out as it is, where the description only says that it is a file. */
export function asItIs<B extends Blob | string>(
  body: B,
): { body: never; bodySerializer: (body: unknown) => B } {
  return { body: body as unknown as never, bodySerializer: (sent) => sent as B };
}

export async function all<T, C>(
  page: (after: C | undefined) => Promise<{ items: T[]; next?: C | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let after: C | undefined;
  do {
    const one = await page(after);
    items.push(...one.items);
    after = one.next ?? undefined;
  } while (after !== undefined);
  return items;
}
