// Plays the consent manager of the demo's website: asks, tells Leadbridge's script, and lets people change their mind.

((box) => {
  const isCounted = () => document.cookie.includes("leadbridge_visitor=")

  const show = state => {
    box.dataset.state = state
    box.hidden = false
    box.querySelectorAll("[data-when]").forEach(part => { part.hidden = part.dataset.when != state })
  }

  box.addEventListener("click", event => {
    const answer = event.target.dataset.answer
    if (!answer) return
    leadbridge.consent(answer == "yes")
    sessionStorage.setItem("answered", "yes")
    show(isCounted() ? "counted" : "not-counted")
    box.focus({preventScroll: true})
  })

  show(isCounted() ? "counted" : sessionStorage.getItem("answered") ? "not-counted" : "ask")
})(document.getElementById("visits"))
