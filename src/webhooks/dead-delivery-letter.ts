import type { MailLocale } from '../config/mail-settings.js';
import type { LetterContent } from '../mail/letter-template.js';

interface DeadDelivery {
  /** Its number. */
  delivery: string;
  provider: string;
  event: string;
  reason: string;
}

interface Texts {
  subject: (delivery: string) => string;
  banner: string;
  paragraphs: readonly string[];
  labels: Record<keyof DeadDelivery, string>;
}

const TEXTS: Record<MailLocale, Texts> = {
  es: {
    subject: (delivery) => `Entrega ${delivery}: no se pudo procesar`,
    banner: 'UNA ENTREGA NO SE PUDO PROCESAR',
    paragraphs: [
      'Se intentó varias veces y se ha apartado. No se pierde nada: se conserva tal como llegó, y las demás siguen su curso.',
      'Cuando se haya corregido la causa, se puede volver a procesar desde las entregas (deliveries/replay).',
    ],
    labels: { delivery: 'Entrega', provider: 'Servicio', event: 'Evento', reason: 'Motivo' },
  },
  en: {
    subject: (delivery) => `Delivery ${delivery}: it could not be worked off`,
    banner: 'A DELIVERY COULD NOT BE WORKED OFF',
    paragraphs: [
      'It was tried several times and has been put aside. Nothing is lost: it is kept as it came, and the others go on.',
      'Once the cause is mended, it can be worked off again from the deliveries (deliveries/replay).',
    ],
    labels: { delivery: 'Delivery', provider: 'Service', event: 'Event', reason: 'Reason' },
  },
  nl: {
    subject: (delivery) => `Levering ${delivery}: kon niet worden verwerkt`,
    banner: 'EEN LEVERING KON NIET WORDEN VERWERKT',
    paragraphs: [
      'Het is verschillende keren geprobeerd en terzijde gelegd. Er gaat niets verloren: ze blijft bewaard zoals ze kwam, en de andere gaan door.',
      'Is de oorzaak verholpen, dan kan ze opnieuw worden verwerkt vanuit de leveringen (deliveries/replay).',
    ],
    labels: { delivery: 'Levering', provider: 'Dienst', event: 'Gebeurtenis', reason: 'Reden' },
  },
};

/** Tells that a delivery was given up. */
export function deadDeliveryLetter(dead: DeadDelivery, locale: MailLocale): LetterContent {
  const { subject, banner, paragraphs, labels } = TEXTS[locale];
  const fields = ['delivery', 'provider', 'event', 'reason'] as const;
  const facts = fields.map((field) => [labels[field], dead[field]] as const);
  return { locale, subject: subject(dead.delivery), banner, tone: 'alert', paragraphs, facts };
}
