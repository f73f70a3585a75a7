import type { MailLocale } from '../config/mail-settings.js';
import type { LetterContent } from './letter-template.js';

const TEXTS: Record<MailLocale, Pick<LetterContent, 'subject' | 'banner' | 'paragraphs'>> = {
  es: {
    subject: 'Timesheet: correo de prueba',
    banner: 'EL CORREO FUNCIONA',
    paragraphs: ['Este mensaje se ha enviado para probar la configuración. No hay que hacer nada.'],
  },
  en: {
    subject: 'Timesheet: test mail',
    banner: 'MAIL WORKS',
    paragraphs: ['This message was sent to try the settings. There is nothing to do.'],
  },
  nl: {
    subject: 'Timesheet: testbericht',
    banner: 'DE MAIL WERKT',
    paragraphs: ['Dit bericht is verstuurd om de instellingen te proberen. Er hoeft niets te gebeuren.'],
  },
};

export const testLetter = (locale: MailLocale): LetterContent => ({ locale, tone: 'good', ...TEXTS[locale] });
