import type { MailLocale } from '../config/mail-settings.js';
import type { LetterContent } from '../mail/letter-template.js';

interface RefusedAccount {
  /** Whose account it is; the watchers read it too. */
  owner: string;
  /** What the owner calls the integration. */
  name: string;
  /** The service's own name. */
  service: string;
  accountName: string | null;
  /** The service's words. */
  reason: string;
}

interface Texts {
  subject: (name: string) => string;
  banner: string;
  paragraphs: readonly string[];
  labels: Record<keyof RefusedAccount, string>;
}

const TEXTS: Record<MailLocale, Texts> = {
  es: {
    subject: (name) => `${name}: hacen falta nuevas credenciales`,
    banner: 'LA CUENTA YA NO ACEPTA SUS CREDENCIALES',
    paragraphs: [
      'El servicio rechaza las credenciales guardadas: quizá se han revocado, han caducado o se ha cambiado la contraseña.',
      'Hasta que se den otras no se lee ni se escribe nada en esa cuenta. No se pierde nada: lo registrado se enviará después.',
    ],
    labels: { owner: 'Usuario', name: 'Integración', service: 'Servicio', accountName: 'Cuenta', reason: 'Motivo' },
  },
  en: {
    subject: (name) => `${name}: new credentials are needed`,
    banner: 'THE ACCOUNT NO LONGER ACCEPTS ITS CREDENTIALS',
    paragraphs: [
      'The service refuses the stored credentials: they may have been revoked, have expired, or the password was changed.',
      'Until others are given, nothing is read from that account or written to it. Nothing is lost: it will be sent later.',
    ],
    labels: { owner: 'User', name: 'Integration', service: 'Service', accountName: 'Account', reason: 'Reason' },
  },
  nl: {
    subject: (name) => `${name}: nieuwe inloggegevens nodig`,
    banner: 'HET ACCOUNT AANVAARDT DE INLOGGEGEVENS NIET MEER',
    paragraphs: [
      'De dienst weigert de opgeslagen inloggegevens: ze zijn misschien ingetrokken of verlopen, of het wachtwoord is gewijzigd.',
      'Tot er andere zijn, wordt er niets uit dat account gelezen of erin geschreven. Er gaat niets verloren: alles wordt later verstuurd.',
    ],
    labels: { owner: 'Gebruiker', name: 'Koppeling', service: 'Dienst', accountName: 'Account', reason: 'Reden' },
  },
};

/** Tells that a service refuses the credentials of an integration. */
export function needsReauthLetter(account: RefusedAccount, locale: MailLocale): LetterContent {
  const { subject, banner, paragraphs, labels } = TEXTS[locale];
  const facts = (['owner', 'name', 'service', 'accountName', 'reason'] as const).flatMap((field) => {
    const value = account[field];
    return value === null || value === '' ? [] : [[labels[field], value] as const];
  });
  return { locale, subject: subject(account.name), banner, tone: 'alert', paragraphs, facts };
}
