import Foundation
import Logging
import Values

/// Puts letters into a folder as `.eml` files, which any mail program opens: for trying the shop out. A file is named by
/// the letter's key, so a repeat changes nothing.
public struct LocalMailer: Mailer {
  private let folder: URL
  private let sender: (name: String, address: String)
  private let clock: WallClock
  private let logger: Logger

  /// The folder is made when the first letter comes.
  public init(
    folder: URL, senderName: String = "Martlet", senderAddress: String = "shop@localhost", clock: WallClock = .system,
    logger: Logger
  ) {
    self.folder = folder
    sender = (senderName, senderAddress)
    self.clock = clock
    self.logger = logger
  }

  public func send(_ letter: Letter) async throws {
    let file = folder.appending(path: "\(letter.key).eml")
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let message = MailMessage(letter: letter, sender: sender, date: clock.now)
    try Data(message.text.utf8).write(to: file, options: .atomic)
    logger.info("a letter was put into the mail folder", metadata: ["key": "\(letter.key)"])
  }
}
