// Plays the consent manager of the demo's website: asks, tells Leadbridge's script, and lets people change their mind.

((box) => {
  // With a minus sign the id only waits until the bridge knows of the withdrawal.
  const isCounted = () => /leadbridge_visitor=\w/.test(document.cookie)

  // front: over the page, where the person looks, until it is closed or the next page opens; else at the foot.
  const show = (state, front) => {
    box.classList.toggle("front", front)
    box.querySelectorAll("[data-when]").forEach(part => { part.hidden = part.dataset.when != state })
    box.hidden = false
  }

  const answer = yes => {
    leadbridge.consent(yes)
    sessionStorage.setItem("answered", "yes")
    show(isCounted() ? "counted" : "not-counted", true)
    box.focus({preventScroll: true})
  }

  // What had the focus before the box gets it back.
  let before
  const close = () => {
    box.classList.remove("front")
    if (before) before.focus({preventScroll: true})
  }

  box.addEventListener("focusin", event => {
    if (!box.contains(event.relatedTarget)) before = event.relatedTarget
  })

  // The second click of a double click would press what has just appeared in that place.
  box.addEventListener("click", event => {
    const pressed = event.target.dataset
    if (event.detail > 1) return
    if ("close" in pressed) close()
    else if (pressed.answer) answer(pressed.answer == "yes")
  })

  const state = isCounted() ? "counted" : sessionStorage.getItem("answered") ? "not-counted" : "ask"
  show(state, state == "ask")
})(document.getElementById("visits"))
