/** Who Fanari is in `metadata.managedFields` of what it writes. */
export const FIELD_MANAGER = 'fanari';
