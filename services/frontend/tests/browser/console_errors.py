"""What a page must never do, whatever is shown in it: fail, ask, or offend its content security policy."""

from playwright.sync_api import ConsoleMessage, Dialog, Page


def complaints_of(page: Page) -> list[str]:
    """Return the list in which the page's failures, dialogs and offences will show."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            complaints.append(f"policy: {message.text}")

    def dismiss(dialog: Dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("dialog", dismiss)
    page.on("console", listen)
    return complaints
