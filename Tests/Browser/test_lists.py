"""Lists of goods and their filters."""
import pytest

from faces import every_face
from shopper import Shopper


# req: 3.1.1-1
@pytest.mark.parametrize("face", every_face(), ids=str)
def test_filters_stand_open_where_there_is_room_and_fold_on_a_phone(visit, face):
    shopper = Shopper(visit(face))
    shopper.visitor.open(f"/c/desk?lang={face.language}")
    field = shopper.page.locator(".filters [name=priceTo]")
    summary = shopper.page.locator(".filters > summary")
    if face.is_phone:
        assert not field.is_visible()
        shopper.press(summary)
    else:
        assert not summary.is_visible()
    assert field.is_visible()
    field.fill("60")
    shopper.press(".filters form button:visible")
    shopper.see("filtered", r"/c/desk\?.*priceTo=60")
    shopper.reads("¥60", ".found .chips")
