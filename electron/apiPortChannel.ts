// Names of the two messages about the API's MessagePort; they are the same between main and preload (IPC) and
// between preload and page (window.postMessage).

/** Brings a port. Comes by itself when the page has loaded and when the gateway has been started again. */
export const API_PORT_CHANNEL = 'hikyaku:api-port';
/** The page asks for a port, because the one it had was closed. */
export const API_PORT_WANTED_CHANNEL = 'hikyaku:api-port-wanted';
