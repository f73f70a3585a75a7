import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer | string;
  /** What the archive claims instead of the truth. */
  declaredSize?: number;
  flags?: number;
  unixMode?: number;
  /** Shares the bytes of the entry before. */
  overlaps?: boolean;
}

/** An archive as a phone writes it, or as somebody who means harm would. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let previous = 0;
  for (const { name, content, declaredSize, flags = 0x800, unixMode = 0o100644, overlaps = false } of entries) {
    const bytes = Buffer.from(content);
    const data = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const size = declaredSize ?? bytes.length;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(size, 18);
    head.writeUInt16LE(nameBytes.length, 22);
    const central = Buffer.alloc(46 - 4 - 2 - 26);
    central.writeUInt32LE(((unixMode << 16) | 0) >>> 0, 6);
    const at = overlaps ? previous : offset;
    central.writeUInt32LE(at, 10);
    const madeBy = Buffer.from([0x14, 0x03]);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), madeBy, head, central, nameBytes);
    previous = at;
    if (overlaps) continue;
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, nameBytes, data]);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
