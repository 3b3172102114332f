// What a page breaks of WCAG 2.2 AA, as far as a program can see: run inside the page, its findings stand in a <pre id="findings">.
// Contrast is of computed colours; reflow is tried at the window's own width.
(function () {
  const found = [];
  const say = (rule, what) => found.push(rule + ': ' + what);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector, rule) => { if (all(selector).length !== 1) say(rule, all(selector).length + ' of ' + selector); };
  const rgb = (text) => (text.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (e) => {
    for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255];
  };

  if (!/^en/.test(document.documentElement.lang)) say('3.1.1', 'no language');
  if (!document.title.trim()) say('2.4.2', 'no title');
  one('h1', '1.3.1');
  one('main', '1.3.1');
  let level = 0;
  for (const h of all('h1,h2,h3,h4,h5,h6')) {
    if (+h.tagName[1] > level + 1) say('1.3.1', 'heading ' + h.textContent + ' leaves out a level');
    level = +h.tagName[1];
    if (!h.textContent.trim()) say('2.4.6', 'an empty heading');
  }
  const ids = all('[id]').map((e) => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => say('4.1.1', 'id ' + id + ' twice'));
  for (const table of all('table')) {
    if (!table.caption || !table.caption.textContent.trim()) say('1.3.1', 'a table without a caption');
    table.querySelectorAll('th').forEach((th) => { if (!th.scope) say('1.3.1', 'a header without a scope: ' + th.textContent); });
    const width = table.rows[0].cells.length;
    [...table.rows].forEach((row) => { if (row.cells.length !== width) say('1.3.1', 'a row of ' + row.cells.length + ' cells, not ' + width); });
    [...table.tBodies].forEach((b) => [...b.rows].forEach((row) => { if (!row.querySelector('th')) say('1.3.1', 'a row without a header'); }));
  }
  for (const svg of all('svg')) {
    if (svg.getAttribute('role') !== 'img' || !(svg.getAttribute('aria-label') || '').trim()) say('1.1.1', 'a chart without a name');
    const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')].map((t) => t.getBoundingClientRect());
    texts.forEach((t, i) => {
      if (t.left < box.left - 1 || t.right > box.right + 1 || t.bottom > box.bottom + 1) say('chart', 'a label is cut: ' + svg.querySelectorAll('text')[i].textContent);
      texts.slice(i + 1).forEach((u, k) => {
        if (t.left < u.right - 1 && u.left < t.right - 1 && t.top < u.bottom - 3 && u.top < t.bottom - 3)
          say('chart', 'labels overlap: ' + svg.querySelectorAll('text')[i].textContent + ' and ' + svg.querySelectorAll('text')[i + 1 + k].textContent);
      });
    });
    const fills = [...svg.querySelectorAll('rect,polyline')].map((r) => r.getAttribute(r.tagName === 'rect' ? 'fill' : 'stroke'));
    const hex = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
    [...new Set(fills)].forEach((c, i, list) => {
      if (contrast(hex(c), [255, 255, 255]) < 2.95) say('1.4.11', c + ' on white');
      if (i && contrast(hex(c), hex(list[i - 1])) < 2.95) say('1.4.11', c + ' beside ' + list[i - 1]);
    });
  }
  for (const e of all('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest('style,script,title,desc')) continue;
    const style = getComputedStyle(e), ink = rgb(e.closest('svg') ? style.fill : style.color), c = contrast(ink, behind(e.closest('svg') || e));
    if (c < 4.5) say('1.4.3', c.toFixed(2) + ':1 in ' + e.tagName + ' ' + e.textContent.trim().slice(0, 30));
  }
  for (const e of all('*')) {
    const style = getComputedStyle(e);
    if (/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth && e.tabIndex < 0) say('2.1.1', 'what scrolls cannot be reached: ' + e.className);
  }
  if (document.documentElement.scrollWidth > window.innerWidth) say('1.4.10', 'the page is ' + document.documentElement.scrollWidth + ' px wide in a window of ' + window.innerWidth);
  const pre = document.createElement('pre');
  pre.id = 'findings';
  pre.textContent = found.length ? found.join('\n') : 'none';
  document.body.append(pre);
})();
