/** The document type of iOS 16 as it is exported: not well-formed. */
const MALFORMED_DTD = `<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST VisionPrescription
  type CDATA #REQUIRED
  dateIssued CDATA #REQUIRED
<!ELEMENT Workout ((MetadataEntry|WorkoutEvent|WorkoutRoute|WorkoutStatistics)*)>
]>`;

/** An export with these elements in it. */
export const healthDocument = (...elements: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${MALFORMED_DTD}\n<HealthData locale="es_ES">\n` +
  ` <ExportDate value="2026-06-01 08:15:42 +0200"/>\n${elements.map((element) => ` ${element}\n`).join('')}</HealthData>\n`;

export const STEPS =
  '<Record type="HKQuantityTypeIdentifierStepCount" sourceName="iPhone" unit="count" startDate="2026-05-30 09:00:00 +0200" endDate="2026-05-30 09:10:00 +0200" value="812"/>';

export const RUN = `<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="42.18" durationUnit="min" sourceName="Reloj &amp; más" startDate="2026-05-30 18:00:00 +0200" endDate="2026-05-30 18:42:11 +0200">
  <MetadataEntry key="HKIndoorWorkout" value="0"/>
  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="2026-05-30 18:00:00 +0200" duration="5.6" durationUnit="min"/>
  <WorkoutActivity uuid="1" startDate="2026-05-30 18:00:00 +0200"><WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="1" unit="Cal"/></WorkoutActivity>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="412.7" unit="Cal"/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="7.31" unit="km"/>
 </Workout>`;

export const OLD_YOGA =
  '<Workout workoutActivityType="HKWorkoutActivityTypeYoga" duration="30" durationUnit="min" totalEnergyBurned="402.5" totalEnergyBurnedUnit="kJ" sourceName="Old App" startDate="2021-03-01 07:00:00 +0100" endDate="2021-03-01 07:30:00 +0100"/>';

export const MINDFUL = `<Record type="HKCategoryTypeIdentifierMindfulSession" sourceName="Headspace" startDate="2026-05-31 08:38:20 +0900" endDate="2026-05-31 08:43:20 +0900" value="HKCategoryValueNotApplicable">
  <MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>
 </Record>`;

export const workout = (start: string, end: string, type = 'HKWorkoutActivityTypeWalking'): string =>
  `<Workout workoutActivityType="${type}" duration="10" durationUnit="min" sourceName="Watch" startDate="${start}" endDate="${end}"/>`;
