(function () {
  "use strict";
  var figure = JSON.parse(document.getElementById("turnable-data").textContent);
  var place = document.getElementById("turnable");
  var probe = document.createElement("canvas");
  // without WebGL the still figure stays
  if (!probe.getContext("webgl2") && !probe.getContext("webgl")) { return; }
  document.documentElement.classList.add("turns");
  var options = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtons: [["orbitRotation", "tableRotation", "zoom3d", "resetCameraDefault3d"]]
  };
  Plotly.newPlot(place, figure.data, figure.layout, options);
})();
