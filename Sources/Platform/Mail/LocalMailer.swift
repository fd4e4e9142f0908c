import Foundation
import Glibc
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
    guard access(file.path, F_OK) != 0 else { return }
    let message = MailMessage(letter: letter, sender: sender, date: clock.now)
    try put(Data(message.bytes), into: file)
    logger.info("a letter was put into the mail folder", metadata: ["key": "\(letter.key)"])
  }

  /// Whole or not at all. Not flushed to the disk: on the small machines where this mailer is used, that would cost the
  /// orders which the letters tell of half their speed.
  private func put(_ data: Data, into file: URL) throws {
    let part = file.appendingPathExtension("part")
    func opened() -> Int32 { open(part.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644) }
    var descriptor = opened()
    if descriptor < 0, errno == ENOENT {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      descriptor = opened()
    }
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: part.path]) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: data)
    try handle.close()
    guard rename(part.path, file.path) == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
    }
  }
}
