// Leadbridge on other people's pages: visits with consent, facts about the channel in forms, forms put into pages.
//
// What is served is site/<number>.js, made from this file:
//     npx esbuild --minify --target=es2020 templates/static/site.js > templates/static/site/<number>.js
// A released number is never changed, because snippets on websites carry its hash.
//
// Nothing is stored, and nothing is sent about a visit, before leadbridge.consent(true).

((w, d, l) => {
  // What stood there before: {agreed: true} when a consent manager was quicker than this script.
  const said = w.leadbridge || {}
  if (said.consent) return

  const script = d.currentScript
  const visits = script.dataset.visits != "off"
  const bridge = script.dataset.bridge || script.src.split("/site.js")[0]
  const language = d.documentElement.lang

  // The token of a tracked link leaves the address bar at once, and this page with its first visit.
  const token = /^#lb=([\w.-]+)$/.exec(l.hash)
  if (token) history.replaceState(history.state, "", l.href.split("#")[0])

  let told

  // Whoever tells the browser not to be watched is not watched.
  const refuses = () => navigator.doNotTrack == "1" || navigator.globalPrivacyControl

  const visitor = mark => (RegExp(`leadbridge_visitor=${mark || ""}(\\w{32})`).exec(d.cookie) || [])[1]

  // For 30 days from the last visit; without an id it is deleted.
  const keep = id => {
    d.cookie = `leadbridge_visitor=${id};path=/;samesite=lax;max-age=${id ? 30 * 86400 : 0}` + (l.protocol == "https:" ? ";secure" : "")
  }

  // As plain text, for which no browser asks permission first; without any cookie of the bridge.
  const tell = facts => fetch(bridge + "/t/p", {method: "POST", body: JSON.stringify(facts), keepalive: true, credentials: "omit"}).catch(() => 0)

  // The id stays, marked with a minus sign, until the bridge knows: on the next page it is told again.
  const forget = id => {
    if (!id) return
    keep("-" + id)
    tell({visitor: id, withdrawn: true}).then(answer => answer.ok && visitor("-") && keep(""))
  }

  // Once for each page that is opened, and not before somebody sees it.
  const visit = () => {
    const id = visitor()
    if (told || !id || !visits || refuses()) return
    if (d.prerendering) return d.addEventListener("prerenderingchange", visit)
    told = true
    keep(id)
    tell({
      visitor: id,
      page_url: l.href.slice(0, 1500),
      title: d.title.slice(0, 200),
      referrer: d.referrer.slice(0, 500),
      language,
      arrival: token ? token[1] : ""
    })
  }

  // What a consent manager calls: true when the visitor agrees, false when the visitor withdraws.
  const consent = yes => {
    const id = visitor()
    if (!yes) {
      told = false
      forget(id)
    }
    if (yes && visits && !refuses()) {
      if (!id) keep([...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(16).padStart(8, 0)).join(""))
      visit()
    }
  }

  // Before a form goes to the bridge, it learns where it was filled in. What the page says in hidden fields wins.
  d.addEventListener("submit", event => {
    const form = event.target
    if (!new URL(form.getAttribute("action") || "", d.baseURI).href.startsWith(bridge + "/forms/")) return
    const add = (name, value) => {
      if (!value || form.elements[name]) return
      const field = d.createElement("input")
      field.type = "hidden"
      field.name = name
      field.value = value
      field.dataset.lb = ""
      form.append(field)
    }
    form.querySelectorAll("[data-lb]").forEach(field => field.remove())
    add("page_url", l.origin + l.pathname)
    add("_referrer", d.referrer)
    add("_visitor", !refuses() && visitor())
    new URLSearchParams(l.search).forEach((value, name) => name.startsWith("utm_") && add(name, value))
  }, true)

  // Placeholders become forms. When that fails, the link in them stays.
  const start = () => {
    d.querySelectorAll("[data-leadbridge-form]").forEach(async box => {
      try {
        const answer = await fetch(`${bridge}/forms/${box.dataset.leadbridgeForm}/fragment?_language=${language.slice(0, 2)}`, {credentials: "omit"})
        const text = await answer.text()
        if (answer.ok) box.innerHTML = text
      } catch {}
    })
    forget(visitor("-"))
    visit()
  }

  w.leadbridge = {consent}
  if ("agreed" in said) consent(said.agreed)
  if (d.readyState == "loading") d.addEventListener("DOMContentLoaded", start)
  else start()
})(window, document, location)
