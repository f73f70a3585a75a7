import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Docker itself is not asked: these files are read, not run. */
describe('the Dockerfile', () => {
  const stages = stagesOf(read('Dockerfile'));
  const [build, final] = [stages[0]!, stages.at(-1)!];
  const valuesOf = (stage: Instruction[], name: string) =>
    stage.filter((instruction) => instruction.name === name).map(({ value }) => value);

  it('builds and runs on the Node that this product pins', () => {
    const major = read('.nvmrc').trim().split('.')[0];
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage[0]!.value).toMatch(new RegExp(`^node:${major}-slim( AS \\w+)?$`));
  });

  it('installs exactly what the lock file says', () => {
    expect(valuesOf(build, 'RUN').filter((command) => /npm (ci|i|install)\b/.test(command))).toEqual([
      'npm ci --include=dev',
    ]);
    expect(valuesOf(final, 'RUN')).toEqual([]);
  });

  it('runs for production, as an account that is not root', () => {
    expect(valuesOf(final, 'ENV')).toContain('NODE_ENV=production');
    expect(valuesOf(final, 'USER')).toEqual(['node']);
    const names = final.map(({ name }) => name);
    expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('COPY'));
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('CMD'));
  });

  it('starts what `npm start` starts', () => {
    const [command] = valuesOf(final, 'CMD');
    expect(JSON.parse(command!)).toEqual(['node', 'dist/src/main.js']);
    expect(read('package.json')).toContain('sh scripts/node dist/src/main.js');
  });

  it('asks /health, with a program that tells whether it answers', async () => {
    const [check] = valuesOf(final, 'HEALTHCHECK');
    const [node, ...flags] = JSON.parse(check!.slice(check!.indexOf('CMD') + 3)) as string[];
    expect(node).toBe('node');
    let status = 200;
    const server = http.createServer((request, response) => {
      response.writeHead(request.url === '/health' ? status : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ask = () => exitCode(flags, String((server.address() as AddressInfo).port));
    expect(await ask()).toBe(0);
    status = 503;
    expect(await ask()).toBe(1);
    const closed = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    expect(await exitCode(flags, String(closed))).toBe(1);
  });

  it('copies nothing that is not there, and sends no data and no .env to the builder', () => {
    const copied = valuesOf(build, 'COPY').flatMap((value) => value.split(/\s+/).slice(0, -1));
    for (const file of copied) expect(fs.existsSync(path.join(ROOT, file)), file).toBe(true);
    const [everything, ...exceptions] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const sent = exceptions.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(sent.sort()).toEqual([...new Set(copied)].sort());
  });

  it('carries no secret', () => {
    const given = stages.flat().filter(({ name }) => name === 'ENV' || name === 'ARG');
    expect(given.map(({ value }) => value).filter((value) => /PASSWORD|SECRET|TOKEN|KEY/.test(value))).toEqual([]);
  });
});

interface Service {
  image?: string;
  build?: string;
  environment: Record<string, string | null>;
  volumes?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
}

describe('docker-compose.yml', () => {
  const { services, volumes } = parse(read('docker-compose.yml')) as {
    services: Record<'app' | 'postgres', Service>;
    volumes: Record<string, unknown>;
  };
  const known = new Set([...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]!));

  it('has the application and a PostgreSQL 18 that keeps its data', () => {
    expect(Object.keys(services).sort()).toEqual(['app', 'postgres']);
    expect(services.app.build).toBe('.');
    expect(services.postgres.image).toBe('postgres:18');
    // Since 18 the image keeps its data one folder higher, by version.
    expect(services.postgres.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
    expect(Object.keys(volumes)).toEqual(['postgres-data', 'app-data']);
  });

  it('waits for a database that answers, and says whether the application does', () => {
    expect(services.app.depends_on?.postgres?.condition).toBe('service_healthy');
    expect(services.postgres.healthcheck?.test.join(' ')).toContain('pg_isready');
    expect(services.app.healthcheck?.test.join(' ')).toContain('/health/ready');
  });

  it('sets only variables the application reads', () => {
    expect(Object.keys(services.app.environment).filter((name) => !known.has(name))).toEqual([]);
    const substituted = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]!);
    expect(substituted.filter((name) => !known.has(name))).toEqual([]);
  });

  it('takes every secret from outside, and does not start without those it cannot do without', () => {
    const secrets = Object.values(services)
      .flatMap(({ environment }) => Object.entries(environment))
      .filter(([name, value]) => /PASSWORD|SECRET|KEYS|TOKEN/.test(name) && value !== null);
    for (const [name, value] of secrets) expect(value, name).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    expect(secrets.map(([name]) => name)).toEqual(
      expect.arrayContaining(['ADMIN_PASSWORD', 'SECRET_TOKEN', 'ENCRYPTION_KEYS', 'DB_PASSWORD']),
    );
  });

  it('passes on every other variable as it is, so that one that is not set is absent, and not empty', () => {
    const { environment } = services.app;
    // The database is the other service's, the port is the container's, and tests are not for production.
    const OWN = ['HOST', 'DATABASE_URL', 'TEST_CONTROL'];
    const passedOn = [...known].filter((name) => environment[name] === null);
    expect([...known].filter((name) => !(name in environment) && !OWN.includes(name))).toEqual([]);
    expect(passedOn).toEqual(
      expect.arrayContaining(['CLOCKIFY_SECRET_TOKEN_START', 'TOGGL_WEBHOOK_SECRET', 'MAIL_SERVER']),
    );
    // A default that is empty would be a value.
    expect(Object.values(environment).filter((value) => value !== null && value.endsWith(':-}'))).toEqual([]);
  });

  it('keeps uploads in a volume that belongs to the account of the image', () => {
    const folder = services.app.environment.DATA_DIR;
    expect(services.app.volumes).toEqual([`app-data:${folder}`]);
    expect(read('Dockerfile')).toContain(`COPY --from=build --chown=node:node ${folder} ${folder}`);
  });

  it('runs for production with one password on both sides', () => {
    const { app, postgres } = services;
    expect(app.environment.NODE_ENV).toBe('production');
    expect(app.environment.DB_HOST).toBe('postgres');
    expect(app.environment.DB_USER).toBe(postgres.environment.POSTGRES_USER);
    expect(app.environment.DB_NAME).toBe(postgres.environment.POSTGRES_DB);
    expect(app.environment.DB_PASSWORD).toBe(postgres.environment.POSTGRES_PASSWORD);
  });
});

interface Instruction {
  name: string;
  value: string;
}

/** Runs the check as Docker would, with another port. */
const exitCode = (flags: string[], port: string): Promise<number> =>
  new Promise((resolve) => {
    execFile(process.execPath, flags, { env: { PORT: port } }, (error) =>
      resolve(error === null ? 0 : Number(error.code)),
    );
  });

/** The instructions of each stage, `FROM` first. */
function stagesOf(text: string): Instruction[][] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [name, ...rest] = line.split(' ');
    if (name === 'FROM') stages.push([]);
    stages.at(-1)!.push({ name: name!, value: rest.join(' ').trim() });
  }
  return stages;
}
