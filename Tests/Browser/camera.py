"""What a phone's camera reads: a code as it stands on the screen, in whatever colours."""
import subprocess
import tempfile


def read_code(part):
    """The text of the code in that part of a page."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        part.scroll_into_view_if_needed()
        part.screenshot(path=file.name)
        read = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.name], capture_output=True, text=True,
            check=False)
    assert read.returncode == 0, f"no code can be read: {read.stderr}"
    return read.stdout.strip()
