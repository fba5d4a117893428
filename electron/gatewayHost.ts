// The gateway's process under Electron: entry of the utilityProcess, run from its source.

import { startGateway } from '../gateway/gateway.ts';
import { serveParentPort } from './parentPortHost.ts';

serveParentPort(startGateway);
