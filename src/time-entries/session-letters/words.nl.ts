import type { LetterWords } from './words.js';

export const DUTCH: LetterWords = {
  letters: {
    started: {
      subject: (service) => `${service} - Sessie gestart`,
      banner: 'SESSIE GESTART',
      meaning: 'De sessie loopt. Ze is pas volledig geregistreerd als ze is afgesloten.',
    },
    ended: {
      subject: (service) => `${service} - Sessie afgesloten`,
      banner: 'SESSIE AFGESLOTEN',
      meaning: 'De sessie is afgesloten en geregistreerd.',
    },
    created_by_end: {
      subject: (service) => `${service} - Sessie aangemaakt bij het afsluiten (bestond niet)`,
      banner: 'SESSIE AANGEMAAKT BIJ HET AFSLUITEN',
      meaning:
        'Het einde van een sessie kwam binnen waarvan het begin nooit is gemeld. De sessie is meteen als afgesloten aangemaakt.',
    },
    created_by_edit: {
      subject: (service) => `${service} - Rapport: sessie aangemaakt bij een wijziging`,
      banner: 'SESSIE AANGEMAAKT BIJ EEN WIJZIGING',
      meaning:
        'Er kwam een wijziging binnen van een sessie die niet bestond. De sessie is aangemaakt zoals de wijziging haar toont.',
    },
    edited: {
      subject: (service) => `${service} - RAPPORT: ${service}-sessie GEWIJZIGD`,
      banner: 'WIJZIGING GEVONDEN',
      meaning:
        'Dit is de eerste wijziging van de tijden van de sessie, van minder dan 5 minuten: de geldige tijden gaan mee.',
    },
    under_review: {
      subject: (service) => `${service} - LET OP: ${service}-sessie GEWIJZIGD`,
      banner: 'WIJZIGING GEVONDEN',
      meaning: 'De sessie is IN BEHANDELING, en haar geldige tijden blijven gelijk tot ze is goedgekeurd of afgekeurd.',
    },
    deleted: {
      subject: (service) => `${service} - ${service}-sessie VERWIJDERD`,
      banner: 'SESSIE VERWIJDERD',
      meaning: 'De sessie is uitgeschakeld en komt in geen enkel rapport meer voor. Haar geschiedenis blijft bewaard.',
    },
    delete_unknown: {
      subject: (service) => `${service} - FOUT: te verwijderen sessie niet gevonden`,
      banner: 'TE VERWIJDEREN SESSIE NIET GEVONDEN',
      meaning: 'De sessie die verwijderd moest worden, bestaat niet of was al verwijderd. Er is niets gewijzigd.',
    },
    manual: {
      subject: (service) => `${service} - LET OP: sessie met de hand ingevoerd in ${service}`,
      banner: 'SESSIE MET DE HAND INGEVOERD',
      meaning: 'De sessie is IN BEHANDELING: haar uren tellen pas mee als iemand haar heeft bekeken en goedgekeurd.',
    },
    overtime: {
      subject: (service) => `${service} - Sessie in OVERWERK`,
      banner: 'SESSIE IN OVERWERK',
      meaning: 'De sessie duurt langer dan toegestaan en is nog open: ze wordt niet vanzelf afgesloten.',
    },
    duplicate: {
      subject: (service) => `${service} - FOUT: sessie bestaat al`,
      banner: 'DE SESSIE BESTAAT AL',
      meaning: 'Dezelfde sessie kwam nog eens binnen, met dezelfde inhoud. Er is niets gewijzigd.',
    },
    conflict: {
      subject: (service) => `${service} - FOUT: sessie bestaat al met andere inhoud`,
      banner: 'DE SESSIE BESTAAT AL MET ANDERE INHOUD',
      meaning:
        'Een sessie met hetzelfde externe ID kwam nog eens binnen, met andere inhoud. Wat het eerst kwam, blijft staan.',
    },
  },
  labels: {
    user: 'Gebruiker',
    externalId: 'Extern ID',
    description: 'Omschrijving',
    project: 'Project',
    task: 'Taak',
    start: 'Begin',
    end: 'Einde',
    originalStart: 'Oorspronkelijk begin',
    newStart: 'Nieuw begin',
    originalEnd: 'Oorspronkelijk einde',
    newEnd: 'Nieuw einde',
    duration: 'Duur',
    originalDuration: 'Oorspronkelijke duur',
    newDuration: 'Nieuwe duur',
    limit: 'Limiet',
    timeZone: 'Tijdzone',
    overtime: 'Overwerk',
    status: 'Status',
    edits: 'Wijzigingen in totaal',
    utc: 'UTC',
    userClock: 'gebruiker',
  },
  fields: {
    startedAt: 'Begin',
    endedAt: 'Einde',
    description: 'Omschrijving',
    projectName: 'Project',
    projectExternalId: 'Project-ID',
    taskName: 'Taak',
    taskExternalId: 'Taak-ID',
    tags: 'Labels',
    isBillable: 'Factureerbaar',
    userId: 'Gebruiker',
    reason: 'Reden',
  },
  values: {
    yes: 'Ja',
    no: 'Nee',
    isRunning: 'Loopt',
    none: 'n.v.t.',
    noDescription: 'Geen omschrijving',
    noProject: 'Geen project',
    noTask: 'Geen taak',
    noAddress: 'geen e-mailadres',
    unknownUser: 'Onbekend',
    hours: (hours) => `${hours.replace('.', ',')} uur`,
    status: { approved: 'GOEDGEKEURD', under_review: 'IN BEHANDELING', rejected: 'AFGEKEURD' },
  },
  digest: {
    subject: (count) => `Timesheet - nog ${count} ${count === 1 ? 'melding' : 'meldingen'} van herhaalde sessies`,
    banner: (count) => `NOG ${count} ${count === 1 ? 'MELDING' : 'MELDINGEN'} VAN HERHAALDE SESSIES`,
    meaning:
      'Per uur worden hoogstens 20 meldingen van deze soort verstuurd. Dit zijn de meldingen die niet apart zijn verstuurd.',
    kinds: { duplicate: 'Zelfde inhoud', conflict: 'Andere inhoud' },
    others: (count) => `… en nog ${count}, in het foutenlogboek`,
  },
};
