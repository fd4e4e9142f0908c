import Messages
import Values

/// A message in the names of its templates, in its reader's language.
public struct MessageModel {
  private static let excerptLength = 160

  private let message: Message
  private let words: Words

  public init(_ message: Message, _ words: Words) {
    self.message = message
    self.words = words
  }

  /// As it stands in a list.
  /// - Parameter address: where it is opened.
  public func row(address: String) -> Model {
    var model = common
    model["address"] = address
    let text = message.text[words.language].replacing("\n", with: " ")
    model["excerpt"] = text.count > Self.excerptLength ? String(text.prefix(Self.excerptLength)) + "…" : text
    model["isUnread"] = message.isUnread
    if message.isUnread {
      model["state"] = ["kind": "sky", "icon": "bell", "text": words["messages.unread"] ?? ""] as Model
    }
    return model
  }

  /// As it is read.
  public var whole: Model {
    var model = common
    model["text"] = message.text[words.language]
    return model
  }

  private var common: Model {
    [
      "id": message.id.description, "title": message.title[words.language],
      "at": Format(words.language).dateTime(message.writtenAt), "atISO": message.writtenAt.description,
    ]
  }
}
