import type { Image, Problem, UploadAnswer } from '@darkroom/contracts';
import { file, jpegOf, multipart, type Part } from './multipart.js';
import type { TestApi } from './start-api.js';

/** Sends a form. */
export function upload(
  api: TestApi,
  parts: readonly Part[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = multipart(parts);
  return api.ask('/api/images', {
    method: 'POST',
    headers: { ...form.headers, ...headers },
    body: form.body,
  });
}

/** Uploads one picture, which the api accepts. */
export async function uploadOne(api: TestApi, ...parts: Part[]): Promise<Image> {
  const answer = await answerOf<UploadAnswer>(await upload(api, [file(jpegOf(2_000)), ...parts]), 202);
  const [image] = answer.items;
  if (image === undefined) throw new Error('no image in the answer');
  return image;
}

/** The JSON of an answer. @throws Error if the status differs */
export async function answerOf<T>(response: Response, status: number): Promise<T> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`expected ${status}, got ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** The problem in an answer. @throws Error if the answer is not a problem */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  if (response.headers.get('content-type') !== 'application/problem+json; charset=utf-8')
    if (response.headers.get('content-type') !== 'application/problem+json')
      throw new Error(`expected a problem, got ${response.headers.get('content-type')}: ${text}`);
  const problem = JSON.parse(text) as Problem;
  if (problem.status !== response.status) throw new Error(`${response.status} answered with ${text}`);
  return problem;
}
