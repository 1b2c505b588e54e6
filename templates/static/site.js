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

  const {src, dataset} = d.currentScript
  const bridge = dataset.bridge || src.split("/site.js")[0]
  const language = d.documentElement.lang
  const cookie = "leadbridge_visitor="

  // Whoever tells the browser not to be watched is not watched.
  const refuses = navigator.doNotTrack == 1 || navigator.globalPrivacyControl
  const visits = dataset.visits != "off" && !refuses

  // The token of a tracked link leaves the address bar at once, and this page with its first visit.
  const arrival = l.hash.match(/^#lb=(.+)/)?.[1]
  if (arrival) history.replaceState(history.state, "", l.href.split("#")[0])

  // What the bridge was told of this page: nothing (0), which browser looks at it (its id), that somebody uses it (1).
  let told = 0

  const on = (event, act) => d.addEventListener(event, act, {capture: true, passive: true})

  const visitor = (mark = "") => d.cookie.match(`${cookie + mark}(\\w{32})`)?.[1]

  // For 30 days from the last visit; without an id it is deleted.
  const keep = id =>
    (d.cookie = `${cookie + id};path=/;samesite=lax;max-age=${id ? 30 * 86400 : 0}${l.protocol == "https:" ? ";secure" : ""}`)

  // Without any cookie of the bridge. Where nobody answers, the answer is 0.
  const ask = (path, how) => fetch(bridge + path, {credentials: "omit", ...how}).catch(() => 0)

  // As plain text, for which no browser asks permission first.
  const tell = facts => ask("/t/p", {method: "POST", body: JSON.stringify(facts), keepalive: true})

  // The id stays, marked with a minus sign, until the bridge knows: on the next page it is told again.
  const forget = id => {
    if (!id) return
    keep("-" + id)
    tell({visitor: id, withdrawn: true}).then(answer => answer.ok && visitor("-") && keep(""))
  }

  // Once for each page that somebody uses. No script can make events of these kinds that the browser trusts.
  const use = event => {
    if (!event.isTrusted || told != visitor()) return
    tell({visitor: told, used: true, arrival})
    told = 1
  }

  // Once for each page that is opened, and not before somebody sees it.
  const visit = () => {
    const id = visitor()
    if (told || !id || !visits) return
    if (d.prerendering) return on("prerenderingchange", visit)
    told = id
    keep(id)
    tell({
      visitor: id,
      page_url: l.href.slice(0, 1500),
      title: d.title.slice(0, 200),
      referrer: d.referrer.slice(0, 500),
      language,
      arrival
    })
    on("pointerdown", use)
    on("keydown", use)
    on("wheel", use)
  }

  // What a consent manager calls: true when the visitor agrees, false when the visitor withdraws.
  const consent = yes => {
    if (!yes) {
      told = 0
      forget(visitor())
    } else if (visits) {
      if (!visitor()) keep(crypto.getRandomValues(new Uint32Array(4)).reduce((id, n) => id + n.toString(16).padStart(8, 0), ""))
      visit()
    }
  }

  // Before a form goes to the bridge, it learns where it was filled in. What the page says in hidden fields wins.
  on("submit", event => {
    const form = event.target
    const add = (name, value) => {
      if (value && !form.elements[name]) {
        const field = d.createElement("input")
        field.type = "hidden"
        field.name = name
        field.value = value
        field.dataset.lb = ""
        form.append(field)
      }
    }
    if (new URL(form.getAttribute("action") || "", d.baseURI).href.startsWith(bridge + "/forms/")) {
      form.querySelectorAll("[data-lb]").forEach(field => field.remove())
      add("page_url", l.origin + l.pathname)
      add("_referrer", d.referrer)
      add("_visitor", !refuses && visitor())
      new URLSearchParams(l.search).forEach((value, name) => /^utm_/.test(name) && add(name, value))
    }
  })

  // Placeholders become forms. When that fails, the link in them stays.
  const start = () => {
    d.querySelectorAll("[data-leadbridge-form]").forEach(async box => {
      const answer = await ask(`/forms/${box.dataset.leadbridgeForm}/fragment?_language=${language}`)
      const text = await answer.text?.()
      if (answer.ok) box.innerHTML = text
    })
    forget(visitor("-"))
    visit()
  }

  w.leadbridge = {consent}
  if ("agreed" in said) consent(said.agreed)
  if (d.readyState == "loading") on("DOMContentLoaded", start)
  else start()
})(window, document, location)
