/** One plain mailbox: no display name, no list, no quoting, no line break that would start another mail header. */
export const isEmailAddress = (text: string): boolean =>
  text.length <= 254 &&
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/i.test(text);

/** Addresses made up for people known only from a service (`…@clockify.fake`), and names reserved for nobody. */
export const isInventedAddress = (address: string): boolean => /\.(fake|invalid)$/i.test(address);
