import { render } from 'preact';
import { App } from './app/app.js';
import { createServices, ServicesProvider } from './app/services.js';
import './styles/index.css';

const root = document.getElementById('app');
if (root !== null) {
  render(
    <ServicesProvider value={createServices()}>
      <App />
    </ServicesProvider>,
    root,
  );
}
