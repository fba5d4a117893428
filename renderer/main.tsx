// Entry of the user interface: the same build in Electron and in a browser.

import './theme/tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connectToGateway } from './gateway/connection.ts';
import { GatewayProvider } from './gateway/gateway.tsx';
import { LanguageProvider, startLanguage } from './language/language.tsx';
import { ToastProvider } from './parts/toasts.tsx';
import { NavigationProvider } from './shell/navigation.tsx';
import { SearchProvider } from './shell/search.tsx';
import { applyTheme, storedTheme } from './theme/theme.ts';

applyTheme(storedTheme());
startLanguage();

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');

const connection = await connectToGateway();
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <GatewayProvider connection={connection}>
        <NavigationProvider>
          <SearchProvider>
            <ToastProvider>
              <App />
            </ToastProvider>
          </SearchProvider>
        </NavigationProvider>
      </GatewayProvider>
    </LanguageProvider>
  </StrictMode>,
);
