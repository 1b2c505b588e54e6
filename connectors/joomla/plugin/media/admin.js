/*
 * The buttons of the status in the plugin's settings.
 * License: GPL-2.0-or-later
 */
(() => {
  'use strict';

  const address = 'index.php?option=com_ajax&plugin=leadbridge&group=system&format=json';

  /** What the server answers is HTML in which everything is escaped. */
  const ask = async (status, deed, id) => {
    const body = new URLSearchParams({ deed, id: id || '0', [status.dataset.token]: '1' });
    const answer = await fetch(address, { method: 'POST', body, headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    const [result] = (await answer.json()).data || [];

    if (!result || !result.html) {
      throw new Error(result && result.error ? result.error : status.dataset.trouble);
    }

    return result.html;
  };

  const tell = (status, message) => {
    const line = document.createElement('p');
    line.className = 'leadbridge-line text-danger';
    line.textContent = message;
    status.querySelector('.leadbridge-lines').replaceChildren(line);
  };

  const run = async (status, deed, id) => {
    const buttons = status.querySelectorAll('[data-leadbridge-deed]');
    const usable = [...buttons].filter((button) => !button.disabled);
    usable.forEach((button) => { button.disabled = true; });
    status.setAttribute('aria-busy', 'true');

    try {
      status.innerHTML = await ask(status, deed, id);
    } catch (trouble) {
      tell(status, trouble instanceof SyntaxError || trouble instanceof TypeError ? status.dataset.trouble : trouble.message);
      usable.forEach((button) => { button.disabled = false; });
    } finally {
      status.removeAttribute('aria-busy');
    }
  };

  document.addEventListener('DOMContentLoaded', () => {
    const status = document.getElementById('leadbridge-status');

    if (!status) {
      return;
    }

    status.addEventListener('click', (event) => {
      const button = event.target.closest('[data-leadbridge-deed]');

      if (button && !button.disabled && (!button.dataset.leadbridgeAsk || window.confirm(button.dataset.leadbridgeAsk))) {
        const { leadbridgeDeed, leadbridgeId } = button.dataset;
        run(status, leadbridgeDeed, leadbridgeId).then(() => {
          const again = status.querySelector(`[data-leadbridge-deed="${leadbridgeDeed}"]:not(:disabled)`)
            || status.querySelector('[data-leadbridge-deed]:not(:disabled)');
          again?.focus();
        });
      }
    });

    if (status.querySelector('[data-leadbridge-untested]')) {
      run(status, 'test');
    }
  });
})();
