import Values

/// Which pictures the shop takes from outside.
public struct UploadPolicy: Sendable {
  /// The most bytes that a picture may have.
  public let limit: Int
  public let kinds: Set<FileKind>
  /// The most pixels that a picture may unfold into: more than phones make, and few enough for a page to show.
  public static let mostMegapixels = 60

  /// Pictures from visitors and staff. No SVG: it can carry scripts.
  public static let pictures = UploadPolicy(limit: 5 << 20, kinds: [.jpg, .png, .webp])
  /// Pictures that the program itself has drawn.
  public static let drawings = UploadPolicy(limit: 5 << 20, kinds: [.svg, .jpg, .png, .webp])

  public init(limit: Int, kinds: Set<FileKind>) {
    self.limit = limit
    self.kinds = kinds
  }

  /// Answers what the bytes are. Throws `PictureRefusal`, whose code may stand beside a form's field.
  public func check(_ bytes: [UInt8]) throws(PictureRefusal) -> FileKind {
    guard bytes.count <= limit else { throw .pictureTooLarge(limitBytes: limit) }
    guard let kind = FileKind(detecting: bytes), kinds.contains(kind) else { throw .notAPicture }
    return kind
  }

  /// As `check`, and takes out what the picture tells beside itself: people don't mean to say where they live.
  public func taken(_ bytes: [UInt8]) throws(PictureRefusal) -> (bytes: [UInt8], kind: FileKind) {
    let kind = try check(bytes)
    let cleaned = try PictureCleaning.cleaned(bytes, kind)
    guard PictureSize.pixels(of: cleaned, kind).map({ $0 <= Self.mostMegapixels * 1_000_000 }) ?? true else {
      throw .tooManyPixels(limitMegapixels: Self.mostMegapixels)
    }
    return (cleaned, kind)
  }
}

public enum PictureRefusal: Refusal, Hashable {
  case pictureTooLarge(limitBytes: Int)
  case notAPicture
  case tooManyPixels(limitMegapixels: Int)

  public var code: String {
    switch self {
    case .pictureTooLarge: "pictureTooLarge"
    case .notAPicture: "notAPicture"
    case .tooManyPixels: "tooManyPixels"
    }
  }

  public var details: [String: String] {
    switch self {
    case .pictureTooLarge(let limit): ["maxMegabytes": String(limit >> 20)]
    case .notAPicture: [:]
    case .tooManyPixels(let limit): ["maxMegapixels": String(limit)]
    }
  }

  public var kind: RefusalKind { .invalid }

  /// The same beside the field of a form.
  public func beside(_ field: String) -> FieldFaults { FieldFaults(field: field, code: code, details: details) }
}
