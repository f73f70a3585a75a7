import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SECURITY_SCHEMES } from '../common/api-docs.js';

/** `/docs` for people, `/docs-json` for programs. Built at the first call, so that a start does not wait for it. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => tidy(SwaggerModule.createDocument(app, describeApi())), {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: 'Timesheet API',
  });
}

const describeApi = () =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Timesheet')
    .setDescription('One API over every place where working time is written down.')
    .setVersion('1')
    .addCookieAuth(
      'timesheet_session',
      { type: 'apiKey', in: 'cookie', description: 'Set by POST /v1/rpc/login' },
      SECURITY_SCHEMES.cookie,
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: 'A token of a user' },
      SECURITY_SCHEMES.bearer,
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'username' }, SECURITY_SCHEMES.username)
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'auth_token', description: 'A token of that user; `auth-token` too' },
      SECURITY_SCHEMES.authToken,
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'Authorization', description: 'SECRET_TOKEN, raw or after `Bearer`' },
      SECURITY_SCHEMES.adminSecret,
    )
    .build();

/**
 * A handler with two paths (`/logs` and `/logs/{id}`) is documented twice with the same name, and its path parameter on both:
 * each name becomes unique, and a path keeps only the parameters it has.
 */
function tidy(document: OpenAPIObject): OpenAPIObject {
  const seen = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of [item.get, item.post, item.put, item.delete]) {
      if (operation === undefined) continue;
      const name = operation.operationId ?? path;
      operation.operationId = seen.has(name) ? `${name}ByPath` : name;
      seen.add(operation.operationId);
      operation.parameters = operation.parameters?.filter(
        (parameter) => '$ref' in parameter || parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
      );
    }
  }
  return document;
}
