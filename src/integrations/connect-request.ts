import { DomainError } from '../common/errors.js';
import { Secret } from '../common/secret.js';
import type { CredentialField, TimeTrackingProvider } from './contract/provider.js';

const MAX_CREDENTIAL_LENGTH = 2048;
const MAX_SETTING_LENGTH = 255;
const PRINTABLE = `must be a text of 1 to ${MAX_CREDENTIAL_LENGTH} printable characters`;

/**
 * The credentials a provider asks for, and nothing else.
 * @throws DomainError 400 naming the field, never its value
 */
export function checkedCredentials(
  provider: TimeTrackingProvider,
  given: Record<string, unknown>,
): Record<string, Secret> {
  const known = new Map(provider.credentialFields.map((field) => [field.name, field]));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw invalid(`credentials.${name.slice(0, 100)}`, 'should not exist');
  }
  const checked: Record<string, Secret> = {};
  for (const field of known.values()) {
    const value = given[field.name];
    if (value === undefined) {
      if (field.required && !hasSubstitute(field.name, known.values(), given)) {
        throw invalid(`credentials.${field.name}`, 'is required');
      }
      continue;
    }
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || value.length > MAX_CREDENTIAL_LENGTH) {
      throw invalid(`credentials.${field.name}`, PRINTABLE);
    }
    checked[field.name] = new Secret(value);
  }
  return checked;
}

const hasSubstitute = (name: string, fields: Iterable<CredentialField>, given: Record<string, unknown>): boolean =>
  [...fields].some(({ insteadOf, name: other }) => insteadOf === name && given[other] !== undefined);

/** @throws DomainError 400: users choose a data centre from the list, never a host */
export function checkedRegion(provider: TimeTrackingProvider, region: string | undefined): string | null {
  if (region === undefined) return null;
  if (provider.regions.includes(region)) return region;
  if (provider.regions.length === 0) throw invalid('region', `should not exist: ${provider.name} has one data centre`);
  throw invalid('region', `must be one of ${provider.regions.join(', ')}`);
}

/**
 * The settings a provider knows, and nothing else.
 * @throws DomainError 400 naming the field
 */
export function checkedSettings(
  provider: TimeTrackingProvider,
  settings: Record<string, unknown>,
): Record<string, unknown> {
  const known = new Map(provider.settingFields.map((field) => [field.name, field]));
  for (const [name, value] of Object.entries(settings)) {
    const field = known.get(name);
    if (field === undefined) throw invalid(`settings.${name.slice(0, 100)}`, 'should not exist');
    if (field.values !== undefined && !field.values.includes(value as string)) {
      throw invalid(`settings.${name}`, `must be one of ${field.values.join(', ')}`);
    }
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || value.length > MAX_SETTING_LENGTH) {
      throw invalid(`settings.${name}`, `must be a text of 1 to ${MAX_SETTING_LENGTH} printable characters`);
    }
  }
  return settings;
}

const invalid = (field: string, problem: string): DomainError => {
  const message = `${field} ${problem}`;
  return new DomainError(400, 'VALIDATION.FAILED', message, { details: [{ field, message }] });
};
