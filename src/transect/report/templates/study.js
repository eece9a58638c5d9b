(function () {
  "use strict";
  var study = JSON.parse(document.getElementById("turnable-data").textContent);
  var probe = document.createElement("canvas");
  // without WebGL the still figure stays
  if (!probe.getContext("webgl2") && !probe.getContext("webgl")) { return; }
  document.documentElement.classList.add("turns");
  var STEP = Math.PI / 24;
  var TURNS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
  var options = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtons: [["orbitRotation", "zoom3d", "resetCameraDefault3d"]]
  };
  var places = study.scenes.map(function (scene, index) {
    var place = document.getElementById("scene-" + (index + 1));
    Plotly.newPlot(place, scene.data, scene.layout, options);
    place.addEventListener("keydown", function (event) { turn(place, event); });
    return place;
  });

  function turn(place, event) {
    var step = TURNS[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) { return; }
    event.preventDefault();
    var camera = place.layout.scene.camera;
    var eye = camera.eye;
    var distance = Math.hypot(eye.x, eye.y, eye.z);
    var around = Math.atan2(eye.y, eye.x) + step[0];
    // short of the poles, where turning around has no meaning
    var above = Math.max(-1.5, Math.min(1.5, Math.asin(eye.z / distance) + step[1]));
    Plotly.relayout(place, {
      "scene.camera.eye": {
        x: distance * Math.cos(above) * Math.cos(around),
        y: distance * Math.cos(above) * Math.sin(around),
        z: distance * Math.sin(above)
      }
    });
  }

  function colour(index) {
    var factor = study.factors[index];
    study.scenes.forEach(function (scene, number) {
      var values = scene.data[0].customdata.map(function (row) { return row[index]; });
      Plotly.restyle(places[number], {
        "marker.color": [values], "marker.cmin": factor.low, "marker.cmax": factor.high
      }, [0]);
    });
    document.getElementById("scale-low").textContent = factor.low;
    document.getElementById("scale-high").textContent = factor.high;
  }

  document.getElementById("factors").addEventListener("change", function (event) {
    colour(Number(event.target.value));
  });
  // a browser may remember another choice when a page is opened again
  var chosen = document.querySelector("#factors input:checked");
  if (chosen && chosen.value !== "0") { colour(Number(chosen.value)); }
})();
