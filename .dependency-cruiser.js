/**
 * The import rules of the house, checked by `npm test`. Each says why it is there: when one is in the way, talk about the
 * reason first and change the rule with the code.
 */

/** What everything may stand on, in this order: each of them knows only those before it. */
const FOUNDATION = ['common', 'config', 'database'];

/** The doors of `auth`: who calls, and which route answers whom. The rest of it is its own. */
const AUTH_DOORS = '^src/auth/(caller|decorators)\\.ts$';

/** Values and errors of the provider contract: plain types that know nobody. */
const CONTRACT = '^src/integrations/contract/';

const EVERYTHING_BELOW_THE_LEDGER = ['users', 'integrations', 'projects', 'binnacle', 'push', 'mail'];
const READS_AND_WRITES_TIME = [...EVERYTHING_BELOW_THE_LEDGER, 'time-entries', 'command-log', 'entry-reads', 'jobs'];

/** Whom a module may import besides itself, the foundation, `errors`, the doors of `auth` and the contract. Arrows point one way. */
const MAY_IMPORT = {
  users: [],
  auth: ['users'],
  // Disconnecting cancels the pushes that wait; an account that refuses its credentials is told to its owner by mail.
  integrations: ['users', 'push', 'mail', 'jobs'],
  projects: ['users', 'integrations', 'jobs'],
  jobs: [],
  // The outbox alone: `sync` carries the pushes out, so that there is no way back from push to the providers.
  push: [],
  // Outbox and SMTP; knows nothing of time.
  mail: ['jobs'],
  // The chain and its verification; its routes stand with the sessions' doors.
  binnacle: ['jobs'],
  'time-entries': ['users', 'binnacle', 'push', 'mail', 'jobs'],
  // Connecting an account re-owns entries: the ledger stands above the integrations, so somebody has to stand above both.
  identity: ['users', 'integrations', 'time-entries'],
  // What people told the ledger about sessions: the doors keep it, and it can be told again.
  'command-log': ['binnacle', 'time-entries'],
  // Wishes that single entries be read at their service: the webhooks wish, the sync reads.
  'entry-reads': [],
  // What category time belongs to is read from entries, and said wherever they are shown.
  categories: ['time-entries'],
  logs: [...READS_AND_WRITES_TIME, 'categories'],
  sessions: READS_AND_WRITES_TIME,
  // People as coordinators know them: those with sessions are asked of the ledger, and who is disabled is signed out.
  team: ['users', 'auth', 'time-entries'],
  timers: [...READS_AND_WRITES_TIME, 'logs'],
  timeline: [...READS_AND_WRITES_TIME, 'logs', 'categories'],
  // It reads the ledger beside the outbox, and says where a log stands in the words of the logs.
  reconciliation: [...READS_AND_WRITES_TIME, 'logs'],
  // Workouts that a phone sends are read apart from how they come in.
  workouts: ['users', 'time-entries'],
  // Phones prove themselves by a user's token.
  webhooks: [...READS_AND_WRITES_TIME, 'auth', 'workouts'],
  sync: READS_AND_WRITES_TIME,
  imports: [...READS_AND_WRITES_TIME, 'categories'],
  reports: [...READS_AND_WRITES_TIME, 'categories'],
  flic: [...READS_AND_WRITES_TIME, 'logs', 'timers'],
  health: [],
  // All tables, whatever they mean.
  backup: [],
};

/** @param {string[]} modules */
const folders = (modules) => `^src/(${modules.join('|')})/`;

const oneWay = Object.entries(MAY_IMPORT).map(([module, others]) => ({
  name: `${module}-looks-down-only`,
  comment: `${module} may import ${[...FOUNDATION, 'errors', ...others].join(', ')} the doors of auth and the provider contract: arrows point one way.`,
  severity: 'error',
  from: { path: `^src/${module}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^src/', pathNot: [folders([module, ...FOUNDATION, 'errors', ...others]), AUTH_DOORS, CONTRACT] },
}));

export default {
  forbidden: [
    ...oneWay,
    {
      name: 'common-knows-nobody',
      comment: 'common is arithmetic on values and small tools: the bottom of everything.',
      severity: 'error',
      from: { path: '^src/common/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(?!common/)' },
    },
    {
      name: 'config-knows-common',
      comment: 'config is read before anything else exists.',
      severity: 'error',
      from: { path: '^src/config/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(?!config/|common/)' },
    },
    {
      name: 'database-knows-common-and-config',
      comment:
        'The database folder knows no feature. entities.ts is the one exception: TypeORM and the drift check need every entity in ' +
        'one list, and nothing but data-source.ts reads it.',
      severity: 'error',
      from: { path: '^src/database/', pathNot: ['\\.spec\\.ts$', '^src/database/entities\\.ts$'] },
      to: { path: '^src/(?!database/|config/|common/)' },
    },
    {
      name: 'errors-know-the-foundation',
      comment:
        'The filter stands under every feature. It names the errors providers throw, reads who called and says who may read the ' +
        'error log, and knows no more of either.',
      severity: 'error',
      from: { path: '^src/errors/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [folders([...FOUNDATION, 'errors']), '^src/integrations/contract/provider-error\\.ts$', AUTH_DOORS],
      },
    },
    {
      name: 'http-knows-no-feature',
      comment: 'The shell around the routes: it works the same whatever the routes are.',
      severity: 'error',
      from: { path: '^src/http/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [folders([...FOUNDATION, 'errors', 'http']), '^src/health/metrics\\.ts$', '^src/auth/caller\\.ts$'],
      },
    },
    {
      name: 'nobody-imports-the-entry-points',
      comment: 'main, cli and the app module put the parts together; no part knows the whole.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: ['\\.spec\\.ts$', '^src/cli/'] },
      to: { path: ['^src/[^/]+\\.ts$', '^src/cli/'] },
    },
    {
      name: 'push-does-not-know-sync',
      comment: 'push is the outbox and sync empties it: the other way round there would be a circle over the ledger.',
      severity: 'error',
      from: { path: '^src/push/' },
      to: { path: '^src/sync/' },
    },
    {
      name: 'provider-is-a-folder-and-a-line',
      comment:
        'A provider knows the contract, common and config: whatever else it touched would have to know its vendor. A vendor’s ' +
        'accounts may serve several of its services.',
      severity: 'error',
      from: { path: '^src/integrations/providers/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/integrations/providers/($1|[^/]+-accounts)/',
          '^src/integrations/contract/',
          '^src/common/',
          '^src/config/',
        ],
      },
    },
    {
      name: 'vendors-have-no-name-outside',
      comment: 'Callers find a provider by its key in the registry; only the list names the folders.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['\\.spec\\.ts$', '^src/integrations/providers/'],
      },
      to: { path: '^src/integrations/providers/[^/]+/' },
    },
    {
      name: 'module-is-entered-by-its-service',
      comment:
        'Repositories and entities belong to their module: elsewhere there are id columns and services. Exceptions: the list of ' +
        'entities the database needs, and the type of a role.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: ['\\.spec\\.ts$', '^src/database/entities\\.ts$'] },
      to: {
        path: '^src/[^/]+/.*\\.(repository|entity)\\.ts$',
        pathNot: ['^src/$1/', '^src/users/user\\.entity\\.ts$'],
      },
    },
    {
      name: 'role-is-a-type',
      comment:
        'Of the user entity other modules may have the type of a role, at compile time; never the entity itself.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.spec\\.ts$', '^src/users/', '^src/database/entities\\.ts$'] },
      to: { path: '^src/users/user\\.entity\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-lives-in-repositories',
      comment: 'typeorm and pg are seen by entities, repositories, modules, database/, migrations and tests only.',
      severity: 'error',
      from: {
        path: '^(src|simulators)/',
        pathNot: ['\\.(entity|repository|module|spec)\\.ts$', '^src/database/'],
      },
      to: { path: '(^|/)node_modules/(@types/)?(typeorm|pg|@nestjs/typeorm)/' },
    },
    {
      name: 'product-needs-no-tests',
      comment: 'What is shipped must not need the tests or the stand-ins of the outside services.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|simulators|bench)/' },
    },
    {
      name: 'product-needs-no-dev-packages',
      comment: 'An installation without development packages must run.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or one of them has a part that belongs elsewhere.',
      severity: 'error',
      from: {},
      // Types are gone when the code runs: two files may speak of each other's.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
