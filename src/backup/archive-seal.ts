import { canonicalJson, equalsInConstantTime, hmacSha256 } from '../common/hashing.js';
import type { KeyRing } from '../config/key-ring.js';
import { ArchiveProblem, type ArchiveHeader, type ArchiveManifest } from './archive.js';

/** Which key writes, in the words of a header. */
export const sealingKey = (ring: KeyRing): ArchiveHeader['key'] => ({
  id: ring.currentId,
  digest: digestOf(ring.derive(ring.currentId, 'backup')!),
});

/** Over the checksums, and by them over everything. */
export const sealOf = (manifest: ArchiveManifest, ring: KeyRing, keyId: string): string =>
  hmacSha256(ring.derive(keyId, 'backup')!, canonicalJson(manifest)).toString('hex');

/** @throws ArchiveProblem when it was made with a key that is not at hand, or changed by somebody without it */
export function checkSeal({ key }: ArchiveHeader, manifest: ArchiveManifest, seal: string, ring: KeyRing): void {
  const derived = ring.derive(key.id, 'backup');
  if (derived === undefined || !equalsInConstantTime(digestOf(derived), key.digest)) {
    const what = derived === undefined ? 'which is not in' : 'and another key has that name in';
    throw new ArchiveProblem(
      `It was made with the key "${key.id}", ${what} ENCRYPTION_KEYS (or DATA_DIR/secrets.json). Put that key back first: ` +
        'without it no credential in it can be opened and no history verified. --without-keys restores it all the same.',
    );
  }
  if (!equalsInConstantTime(sealOf(manifest, ring, key.id), seal)) {
    throw new ArchiveProblem('Its seal is not that of what it holds: somebody has changed it.');
  }
}

const digestOf = (key: Buffer): string => hmacSha256(key, 'which key').toString('hex').slice(0, 16);
