import Catalog
import Files
import Flows
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// `/media/{key}`: stored bytes, which never change under their key; `/pictures/{product}.svg`: the drawn stand-in.
public struct PictureRoutes: Sendable {
  private let contexts: Contexts
  private let files: any FileStore

  public init(contexts: Contexts, files: any FileStore) {
    self.contexts = contexts
    self.files = files
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/media/:key") { request, context in
      guard let key = context.parameters.get("key").flatMap(FileKey.init(rawValue:)),
        let type = FileKind(key)?.mediaType
      else { throw HTTPError(.notFound) }
      let tag = "\"\(key.rawValue.prefix(32))\""
      if request.headers[.ifNoneMatch] == tag {
        return Response(status: .notModified, headers: Self.headers(type, tag))
      }
      guard let bytes = try await files.read(key) else { throw HTTPError(.notFound) }
      return Response(
        status: .ok, headers: Self.headers(type, tag), body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
    router.get("/pictures/:name") { _, context in
      guard let name = context.parameters.get("name"), name.hasSuffix(".svg"),
        let id = ProductID(name.dropLast(".svg".count)), let product = try await contexts.catalog.product(id)
      else { throw HTTPError(.notFound) }
      let tree = try await contexts.catalog.categories()
      let path = product.content.category.map { tree.path(to: $0) } ?? []
      let drawn = StandInPicture.svg(
        title: "\(product.content.title.en) \(product.content.title.zhHans)",
        category: path.map { "\($0.name.en) \($0.name.zhHans)" }.joined(separator: " "),
        seed: UInt64(bitPattern: id.raw))
      var headers = Self.headers(FileKind.svg.mediaType, nil)
      headers[.cacheControl] = "public, max-age=86400"
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: drawn)))
    }
  }

  private static func headers(_ type: String, _ tag: String?) -> HTTPFields {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "public, max-age=31536000, immutable"
    // A drawing that is opened by itself may do nothing.
    headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if let tag { headers[.eTag] = tag }
    return headers
  }
}
