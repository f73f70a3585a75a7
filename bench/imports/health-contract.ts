/** What a process that reads an export is told, in `HEALTH_FILE`; what it answers. */
export interface HealthFigures {
  seconds: number;
  /** Of all its threads: unpacking has one of its own. */
  cpuSeconds: number;
  peakMegabytes: number;
  activities: number;
}
