"""Pictures that somebody uploads, drawn here: no test depends on a file."""
import struct
import zlib


def picture(name="evidence.png", colour=(196, 92, 48), side=240):
    """A framed sheet of one colour, as `set_input_files` takes it."""
    frame, paper = bytes((40, 40, 40)), bytes(colour)
    rows = []
    for row in range(side):
        inside = frame * 8 + paper * (side - 16) + frame * 8
        rows.append(b"\0" + (inside if 8 <= row < side - 8 else frame * side))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts)
    return {"name": name, "mimeType": "image/png", "buffer": data}
