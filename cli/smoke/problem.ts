import { shown, statusOf } from './ask.ts';
import type { Reply } from './ask.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';

export interface ExpectedProblem {
  readonly name: string;
  readonly status: number;
  /** One of these. */
  readonly codes: readonly string[];
  readonly isOpenQuestion?: boolean;
}

/** Checks that a reply is a problem document (RFC 9457) whose members say what the status says. */
export function problemChecks(reply: Reply, { name, status, codes, isOpenQuestion = false }: ExpectedProblem): Check[] {
  const { body, headers } = reply;
  const contentType = headers.get('content-type');
  const { type, code, detail } = body;
  return [
    check({ name: `${name}: status`, expected: String(status), found: statusOf(reply), holds: reply.status === status, isOpenQuestion }),
    check({
      name: `${name}: content type`,
      expected: 'application/problem+json',
      found: shown(contentType),
      holds: contentType?.split(';')[0] === 'application/problem+json',
    }),
    check({ name: `${name}: status in the body`, expected: String(status), found: shown(body['status']), holds: body['status'] === status }),
    check({
      name: `${name}: code`,
      expected: codes.join(' or '),
      found: shown(code),
      holds: typeof code === 'string' && codes.includes(code),
      isOpenQuestion,
    }),
    check({
      name: `${name}: type`,
      expected: `…/${typeof code === 'string' && code !== '' ? code : codes.join(' or …/')}`,
      found: shown(type),
      holds: typeof type === 'string' && codes.some((one) => type.endsWith(`/${one}`) && one === code),
    }),
    check({ name: `${name}: detail`, expected: 'a sentence', found: shown(detail), holds: typeof detail === 'string' && detail.length > 10, isOpenQuestion }),
  ];
}
