import Accounts
import HTTPTypes
import Hummingbird
import Pages

/// The OpenAPI 3.1 document, made of the descriptions that the routes are made of.
struct OpenAPIDocument: Sendable {
  private static let description = APIDescription(
    .get, "/openapi.json", .document, "This document", with: "OpenAPI")

  private let descriptions: [APIDescription]
  private let publicURL: String

  init(_ descriptions: [APIDescription], publicURL: String) {
    self.descriptions = descriptions + [Self.description]
    self.publicURL = publicURL
  }

  var endpoint: Endpoint {
    // Most programs that start are never asked for it.
    let written = Once { try Answer.shared(json) }
    return Endpoint(Self.description) { _ in try written.value }
  }

  var json: JSONValue {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "Martlet", "version": "1",
        "description":
          "All that a shopper can do and, below `/admin`, what staff do by programs. Problems follow RFC 9457; lists are read by `after` and `limit`.",
      ],
      "servers": [["url": .text(publicURL + ShopAPI.root)]],
      "paths": .object(paths),
      "components": [
        "schemas": .object(APISchemas.all.mapValues(\.json)),
        "securitySchemes": [
          "session": ["type": "http", "scheme": "bearer"],
          "staffToken": [
            "type": "http", "scheme": "bearer",
            "description":
              "A token that a member of staff makes in the back office under Programs. Named rights: one of them is needed.",
          ],
          "cookie": ["type": "apiKey", "in": "cookie", "name": .text(CookieJar.Name.session.rawValue)],
        ],
      ],
    ]
  }

  private var paths: [String: JSONValue] {
    Dictionary(grouping: descriptions, by: \.path).mapValues { sharing in
      .object(
        Dictionary(
          sharing.map { ($0.method.rawValue.lowercased(), Self.operation($0)) }, uniquingKeysWith: { first, _ in first }
        ))
    }
  }

  private static func operation(_ description: APIDescription) -> JSONValue {
    var operation: [String: JSONValue] = [
      "summary": .text(description.summary), "tags": [.text(description.group.rawValue)],
      "operationId": .text(name(of: description)), "responses": .object(responses(description)),
    ]
    if !description.parameters.isEmpty { operation["parameters"] = .list(description.parameters.map(parameter)) }
    if let body = description.body {
      operation["requestBody"] = ["required": true, "content": .object(content(of: body, description))]
    }
    if let file = description.file {
      let content = Dictionary(file.types.map { ($0, JSONValue.object([:])) }, uniquingKeysWith: { first, _ in first })
      operation["requestBody"] = [
        "required": true, "description": .text("The file itself, up to \(file.most >> 20) MB"),
        "content": .object(content),
      ]
    }
    if description.access == .account { operation["security"] = [["session": []], ["cookie": []]] }
    if case .staff(let rights) = description.access {
      operation["security"] = [["staffToken": .list(rights.map(\.rawValue).sorted().map(JSONValue.text))]]
    }
    return .object(operation)
  }

  private static func responses(_ description: APIDescription) -> [String: JSONValue] {
    var responses: [String: JSONValue] = [:]
    for answer in description.answers {
      var response: [String: JSONValue] = ["description": .text(answer.summary)]
      var content = Dictionary(
        answer.media.map { ($0, JSONValue.object([:])) }, uniquingKeysWith: { first, _ in first })
      if let schema = answer.schema { content["application/json"] = ["schema": Schema.named(schema).json] }
      if !content.isEmpty { response["content"] = .object(content) }
      responses[String(answer.status.code)] = .object(response)
    }
    let refusals = description.refusals.isEmpty ? "" : ": " + description.refusals.joined(separator: ", ")
    responses["default"] = [
      "description": .text("Problem" + refusals),
      "content": ["application/problem+json": ["schema": Schema.named("Problem").json]],
    ]
    return responses
  }

  static let pictureTypes = ["image/jpeg", "image/png", "image/webp"]

  private static func content(of body: String, _ description: APIDescription) -> [String: JSONValue] {
    var content: [String: JSONValue] = ["application/json": ["schema": Schema.named(body).json]]
    guard description.takesPictures else { return content }
    let types = pictureTypes.joined(separator: ", ")
    content["multipart/form-data"] = [
      "schema": [
        "type": "object", "required": ["request"],
        "properties": [
          "request": Schema.named(body).json,
          "pictures": ["type": "array", "maxItems": 6, "items": ["type": "string", "format": "binary"]],
        ],
      ],
      "encoding": ["request": ["contentType": "application/json"], "pictures": ["contentType": .text(types)]],
    ]
    return content
  }

  private static func parameter(_ parameter: APIDescription.Parameter) -> JSONValue {
    var json: [String: JSONValue] = [
      "name": .text(parameter.name), "in": .text(parameter.place.rawValue), "required": .flag(parameter.isRequired),
      "schema": parameter.schema.json,
    ]
    if !parameter.summary.isEmpty { json["description"] = .text(parameter.summary) }
    return .object(json)
  }

  /// `POST /cart/lines` → `postCartLines`.
  static func name(of description: APIDescription) -> String {
    let words = description.path.split { !$0.isLetter }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return description.method.rawValue.lowercased() + words.joined()
  }
}
