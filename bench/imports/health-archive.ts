import { closeSync, openSync, writeSync } from 'node:fs';
import { constants, crc32, deflateRawSync } from 'node:zlib';

/** What a generated export holds. */
export interface HealthArchive {
  file: string;
  megabytes: number;
  /** Workouts and mindful sessions; everything else are steps and heartbeats. */
  activities: number;
}

const RECORDS_PER_BLOCK = 4000;
const ACTIVITIES_PER_BLOCK = 2;
/** Then the same bytes come again: deflate forgets nothing farther back than 32 KB. */
const DIFFERENT_BLOCKS = 16;

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
]>
<HealthData locale="es_ES">
 <ExportDate value="2026-06-01 08:15:42 +0200"/>
`;
const TAIL = '</HealthData>\n';

/** The archive a phone writes, of about so many records: pieces of it are compressed once and written as often as it takes. */
export function writeHealthArchive(file: string, records: number): HealthArchive {
  const blocks = Array.from({ length: DIFFERENT_BLOCKS }, (_, index) => pieceOf(blockText(index)));
  const count = Math.ceil(records / RECORDS_PER_BLOCK);
  const pieces = [pieceOf(HEAD), ...Array.from({ length: count }, (_, index) => blocks[index % blocks.length]!)];
  const archive = new ArchiveFile(file, 'apple_health_export/exportar.xml');
  for (const piece of pieces) archive.write(piece);
  archive.end(pieceOf(TAIL, true));
  return { file, megabytes: archive.bytes / 1024 / 1024, activities: count * ACTIVITIES_PER_BLOCK };
}

function blockText(seed: number): string {
  const at = (minute: number) => {
    const day = 1 + ((seed * 7 + Math.floor(minute / 1440)) % 28);
    const clock = `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}:${two((minute * 17) % 60)}`;
    return `2026-0${1 + (seed % 9)}-${two(day)} ${clock} +0200`;
  };
  const lines: string[] = [];
  for (let index = 0; index < RECORDS_PER_BLOCK; index++) {
    const value = (index * 7919 + seed * 104_729) % 1000;
    lines.push(index % 3 === 0 ? steps(at(index), at(index + 1), value) : pulse(at(index), 50 + (value % 90)));
    if (index % (RECORDS_PER_BLOCK / ACTIVITIES_PER_BLOCK) === 0) lines.push(run(at(index), at(index + 42)));
  }
  return lines.join('');
}

const two = (number: number): string => String(number).padStart(2, '0');

const WATCH = `&lt;&lt;HKDevice: 0x28144af80&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:11.5&gt;`;

const steps = (start: string, end: string, value: number): string =>
  ` <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Ana’s iPhone" sourceVersion="18.5" unit="count" creationDate="${end}" startDate="${start}" endDate="${end}" value="${value}"/>\n`;

const pulse = (at: string, value: number): string =>
  ` <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Ana’s Watch" sourceVersion="11.5" device="${WATCH}" unit="count/min" creationDate="${at}" startDate="${at}" endDate="${at}" value="${value}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="${value % 3}"/>\n </Record>\n`;

const run = (start: string, end: string): string =>
  ` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="42.18" durationUnit="min" sourceName="Ana’s Watch" startDate="${start}" endDate="${end}">
  <MetadataEntry key="HKIndoorWorkout" value="0"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="412.7" unit="Cal"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="7.31" unit="km"/>
 </Workout>\n`;

interface Piece {
  plain: Buffer;
  deflated: Buffer;
}

/** Ends at a whole byte, and refers to nothing before it. */
function pieceOf(text: string, isLast = false): Piece {
  const plain = Buffer.from(text);
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_FULL_FLUSH;
  return { plain, deflated: deflateRawSync(plain, { finishFlush }) };
}

/** A ZIP archive of one file, which is written piece by piece. */
class ArchiveFile {
  bytes = 0;
  private readonly file: number;
  private readonly name: Buffer;
  private compressed = 0;
  private checksum = 0;

  constructor(path: string, name: string) {
    this.file = openSync(path, 'w');
    this.name = Buffer.from(name);
    // Checksum and sizes are said in the directory alone, as programs do that cannot go back.
    writeSync(this.file, Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), this.header(8), this.name]));
  }

  write({ plain, deflated }: Piece): void {
    writeSync(this.file, deflated);
    this.compressed += deflated.length;
    this.bytes += plain.length;
    this.checksum = crc32(plain, this.checksum);
  }

  end(last: Piece): void {
    this.write(last);
    const directory = Buffer.concat([
      Buffer.from('PK\x01\x02\x14\x03', 'latin1'),
      this.header(8),
      Buffer.alloc(14),
      this.name,
    ]);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(30 + this.name.length + this.compressed, 16);
    writeSync(this.file, Buffer.concat([directory, end]));
    closeSync(this.file);
  }

  private header(flags: number): Buffer {
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(flags, 2);
    header.writeUInt16LE(8, 4);
    header.writeUInt32LE(this.checksum, 10);
    header.writeUInt32LE(this.compressed, 14);
    header.writeUInt32LE(this.bytes, 18);
    header.writeUInt16LE(this.name.length, 22);
    return header;
  }
}
