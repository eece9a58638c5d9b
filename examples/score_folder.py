"""Score reconstructions that any other program has made.

Two folders of images and a table with a row an image are all it takes. Here the truth is drawn
by this package, and a blur stands in for the other program.
"""

from pathlib import Path

from PIL import Image, ImageFilter

from transect.run.draw import draw
from transect.run.score import score, write_scores

truth = draw("truth", count=400, sampling="grid", size=32)
made = Path("reconstruction")
made.mkdir()
for file in sorted(truth.glob("*.png")):
    with Image.open(file) as image:
        image.filter(ImageFilter.GaussianBlur(0.7)).save(made / file.name)

table = str(truth / "metadata.csv")
canvas = {"kind": "square", "size": 32}
scores = score(str(truth), str(made), points=table, hole={"kind": "disc"}, canvas=canvas)
write_scores(scores, Path("scores"))

found = scores.metrics
print(f"{found['inside.count']} of {found['all.count']} images lie in the hole")
for measure in ("nmse", "soft_iou", "factor_error"):
    inside, outside = found[f"inside.{measure}"], found[f"outside.{measure}"]
    print(f"{measure:13}in the hole {inside:.3f}, outside {outside:.3f}")
print("scores/report.html")
