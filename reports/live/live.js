"use strict";
// Asks for the state every second. Where nobody answers, the page keeps what it had.
const state = document.getElementById("state"), gone = document.getElementById("gone");
const ask = async () => {
  try {
    const answer = await fetch("/state", {cache: "no-store"});
    if (answer.status === 204) return location.assign("/report");
    if (answer.ok) state.innerHTML = await answer.text();
    gone.hidden = true;
  } catch {
    gone.hidden = false;
  }
  setTimeout(ask, 1000);
};
setTimeout(ask, 1000);
