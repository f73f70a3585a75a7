import type { FastifyReply } from 'fastify';
import { finished } from 'node:stream';
import { attachment } from '../common/attachment.js';
import { renderReport, type RenderOptions } from './report-renderings.js';
import type { Report } from './report.js';

/**
 * Answers with a report while it is made.
 * @param onEnd called once, when the last byte is on its way or nobody waits any more
 */
export function sendReport(
  reply: FastifyReply,
  report: Report,
  options: RenderOptions,
  onEnd: () => void,
): FastifyReply {
  const { contentType, fileName, body } = renderReport(report, options);
  finished(body, onEnd);
  if (fileName !== null) reply.header('content-disposition', attachment(fileName));
  return reply.type(contentType).send(body);
}
