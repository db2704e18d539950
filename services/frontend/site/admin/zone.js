// The time zone of the device.
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
