import type { LetterWords } from './words.js';

export const SPANISH: LetterWords = {
  letters: {
    started: {
      subject: (service) => `${service} - Sesión iniciada correctamente`,
      banner: 'SESIÓN INICIADA CORRECTAMENTE',
      meaning: 'La sesión está en curso. Quedará registrada por completo cuando finalice.',
    },
    ended: {
      subject: (service) => `${service} - Sesion Finalizada`,
      banner: 'SESIÓN FINALIZADA',
      meaning: 'La sesión se ha registrado correctamente tras su finalización.',
    },
    created_by_end: {
      subject: (service) => `${service} - Sesión creada desde cierre (no existía)`,
      banner: 'SESIÓN CREADA DESDE CIERRE',
      meaning:
        'Se ha recibido el cierre de una sesión cuyo inicio no había llegado. La sesión se ha creado ya cerrada.',
    },
    created_by_edit: {
      subject: (service) => `${service} - Reporte de creación de jornada desde edición`,
      banner: 'SESIÓN CREADA DESDE EDICIÓN',
      meaning:
        'Se ha recibido la edición de una sesión que no existía. La sesión se ha creado con los datos de la edición.',
    },
    edited: {
      subject: (service) => `${service} - EDICIÓN de sesión ${service} REPORTE`,
      banner: 'CAMBIO DETECTADO',
      meaning: 'Es el primer cambio de horas de la sesión y no llega a 5 minutos: las horas válidas siguen al cambio.',
    },
    under_review: {
      subject: (service) => `${service} - ALERTA: EDICIÓN de sesión ${service} REPORTE`,
      banner: 'CAMBIO DETECTADO',
      meaning: 'La sesión queda EN OBSERVACION y sus horas válidas no cambian hasta que se apruebe o se repruebe.',
    },
    deleted: {
      subject: (service) => `${service} - Confirmación de BORRADO de sesión ${service}`,
      banner: 'SESIÓN BORRADA',
      meaning: 'La sesión se ha desactivado y no aparecerá en los reportes. Su historial se conserva.',
    },
    delete_unknown: {
      subject: (service) => `${service} - ERROR: Sesión no encontrada en borrado`,
      banner: 'SESIÓN NO ENCONTRADA EN BORRADO',
      meaning: 'La sesión que se quería borrar no existe o ya se había borrado. No se ha cambiado nada.',
    },
    manual: {
      subject: (service) => `${service} - ALERTA: Sesion creada manualmente en ${service}`,
      banner: 'SESIÓN CREADA MANUALMENTE',
      meaning: 'La sesión queda EN OBSERVACION: sus horas no se contarán hasta que sea revisada y aprobada.',
    },
    overtime: {
      subject: (service) => `${service} - SESION en OVERTIME detectada`,
      banner: 'SESIÓN EN OVERTIME DETECTADA',
      meaning: 'La sesión ha superado el límite de duración y sigue abierta: no se cierra automáticamente.',
    },
    duplicate: {
      subject: (service) => `${service} - ERROR: Sesión ya existe`,
      banner: 'LA SESIÓN YA EXISTE',
      meaning: 'Se ha recibido otra vez la misma sesión, con el mismo contenido. No se ha cambiado nada.',
    },
    conflict: {
      subject: (service) => `${service} - ERROR: Sesión ya existe con otro contenido`,
      banner: 'LA SESIÓN YA EXISTE CON OTRO CONTENIDO',
      meaning:
        'Se ha recibido otra vez una sesión con el mismo ID externo y otro contenido. Se conserva lo recibido primero.',
    },
  },
  labels: {
    user: 'Usuario',
    externalId: 'ID externa',
    description: 'Descripción',
    project: 'Proyecto',
    task: 'Tarea',
    start: 'Inicio',
    end: 'Fin',
    originalStart: 'Inicio original',
    newStart: 'Inicio nuevo',
    originalEnd: 'Fin original',
    newEnd: 'Fin nuevo',
    duration: 'Duración',
    originalDuration: 'Duración original',
    newDuration: 'Duración nueva',
    limit: 'Límite',
    timeZone: 'Zona horaria',
    overtime: 'Overtime',
    status: 'Estado',
    edits: 'Ediciones totales',
    utc: 'UTC',
    userClock: 'usuario',
  },
  fields: {
    startedAt: 'Inicio',
    endedAt: 'Fin',
    description: 'Descripción',
    projectName: 'Proyecto',
    projectExternalId: 'ID del proyecto',
    taskName: 'Tarea',
    taskExternalId: 'ID de la tarea',
    tags: 'Etiquetas',
    isBillable: 'Facturable',
    userId: 'Usuario',
    reason: 'Motivo',
  },
  values: {
    yes: 'Sí',
    no: 'No',
    isRunning: 'En curso',
    none: 'N/A',
    noDescription: 'Sin descripción',
    noProject: 'Sin proyecto',
    noTask: 'Sin tarea',
    noAddress: 'sin correo',
    unknownUser: 'Desconocido',
    hours: (hours) => `${hours} horas`,
    status: { approved: 'APROBADO', under_review: 'EN OBSERVACION', rejected: 'REPROBADO' },
  },
  digest: {
    subject: (count) => `Timesheet - ${count} ${count === 1 ? 'aviso' : 'avisos'} más de sesiones repetidas`,
    banner: (count) => `${count} ${count === 1 ? 'AVISO' : 'AVISOS'} MÁS DE SESIONES REPETIDAS`,
    meaning:
      'Cada hora se envían como máximo 20 avisos de este tipo. Estos son los que no se han enviado por separado.',
    kinds: { duplicate: 'Mismo contenido', conflict: 'Otro contenido' },
    others: (count) => `… y ${count} más, en el registro de errores`,
  },
};
