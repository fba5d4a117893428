// Name of the message that brings the API's MessagePort: from main to the preload, and from there to the page.
// One comes when the page has loaded, and another whenever the last one was closed and the gateway is there.

export const API_PORT_CHANNEL = 'hikyaku:api-port';
