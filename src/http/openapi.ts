import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Names under which the routes' documents refer to a way of proving who calls. */
export const SECURITY_SCHEMES = {
  cookie: 'cookie',
  bearer: 'bearer',
  username: 'username',
  authToken: 'auth_token',
  adminSecret: 'admin_secret',
} as const;

/** `/docs` for people, `/docs-json` for programs. Built at the first call, so that a start does not wait for it. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, describeApi()), {
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
      'session',
      { type: 'apiKey', in: 'cookie', description: 'Set by POST /v1/rpc/login' },
      SECURITY_SCHEMES.cookie,
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token of a user' }, SECURITY_SCHEMES.bearer)
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
