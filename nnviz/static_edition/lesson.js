// A page of a lesson without Python: draw the charts and formulas, and start the components, which do the rest.
"use strict"
{
  const SKIN = { "--st-font": "system-ui, sans-serif", "--st-border-radius": "0.5rem", "--st-base-radius": "0.5rem" }
  const LIGHT = ["#0b62a8", "#ffffff", "#f1f4f8", "#0e1420", "#d5dae1", "#5f6672"]
  const DARK = ["#5aaeea", "#10151d", "#1b2330", "#e8edf3", "#3a4454", "#9aa5b5"]
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  const [primary, ground, second, ink, line, grey] = dark ? DARK : LIGHT
  const colors = {
    "--st-primary-color": primary,
    "--st-background-color": ground,
    "--st-secondary-background-color": second,
    "--st-text-color": ink,
    "--st-border-color": line,
    "--st-gray-text-color": grey,
    "--st-font-size": "16px",
  }
  for (const [name, value] of Object.entries({ ...SKIN, ...colors })) document.documentElement.style.setProperty(name, value)

  const CONFIG = {
    background: ground,
    font: "system-ui, sans-serif",
    axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12 },
    title: { color: ink },
    text: { color: ink },
    style: { "guide-label": { fill: ink }, "guide-title": { fill: ink } },
    header: { labelColor: ink, titleColor: ink },
    view: { stroke: "transparent" },
  }
  const merged = (below, above) => {
    const result = { ...below }
    for (const [name, value] of Object.entries(above ?? {})) {
      const isObject = (each) => each !== null && typeof each === "object" && !Array.isArray(each)
      result[name] = isObject(value) && isObject(below[name]) ? merged(below[name], value) : value
    }
    return result
  }
  const read = (element, selector) => JSON.parse(element.querySelector(selector).textContent)

  const drawChart = async (box) => {
    const { spec, datasets } = read(box, "script")
    const place = box.querySelector(".drawn")
    const many = ["vconcat", "hconcat", "concat", "repeat", "facet"].some((kind) => kind in spec)
    const whole = { ...spec, datasets, config: merged(CONFIG, spec.config) }
    if (!many) Object.assign(whole, { width: place.clientWidth, autosize: { type: "fit", contains: "padding" } })
    const { view } = await window.vegaEmbed(place, whole, { actions: false, renderer: "svg" })
    if (!many) new ResizeObserver(() => view.width(place.clientWidth).resize().runAsync()).observe(place)
  }

  const startComponent = async (host) => {
    const { name, html, css, data } = read(host, "script")
    const root = host.attachShadow({ mode: "open" })
    root.innerHTML = `<style>${css}</style>${html}`
    const module = await import(`nnviz/${name}.js`)
    const nobody = () => {} // what Streamlit would be told
    module.default({ data: [data], parentElement: root, setStateValue: nobody, setTriggerValue: nobody })
  }

  const followSliders = () => {
    const sliders = new Map([...document.querySelectorAll("[data-live]")].map((input) => [input.dataset.live, input]))
    const show = (input) => {
      input.parentElement.querySelector("output").textContent = String(+Number(input.value).toPrecision(4)).replace("-", "−")
    }
    for (const input of sliders.values()) input.addEventListener("input", () => show(input))
    window.addEventListener("nnviz-live", ({ detail }) => {
      for (const [name, input] of sliders) {
        if (typeof detail[name] !== "number" || document.activeElement === input) continue
        input.value = String(detail[name])
        show(input)
      }
    })
  }

  const start = async () => {
    for (const formula of document.querySelectorAll(".tex")) {
      window.katex.render(formula.textContent, formula, { displayMode: formula.dataset.display === "1", throwOnError: false, strict: false })
    }
    followSliders()
    const hosts = [...document.querySelectorAll(".component")]
    await Promise.all([...document.querySelectorAll(".chart")].map(drawChart))
    document.documentElement.dataset.drawn = String(Math.round(performance.now()))
    await Promise.all(hosts.map(startComponent))
    document.documentElement.dataset.started = String(Math.round(performance.now()))
  }
  document.addEventListener("DOMContentLoaded", start)
}
