import Foundation
import TestKit
import Testing

/// The image and `deploy/compose`.
@Suite struct ContainerTests {
  private func lines(_ instruction: String) throws -> [String] {
    let text = try Place.text("container/Containerfile").replacing("\\\n", with: " ")
    return text.split(separator: "\n").filter { $0.hasPrefix(instruction + " ") }.map { String($0) }
  }

  @Test func `the image listens where it says, is asked for its health there, and isn't root`() throws {
    let settings = try #require(try lines("ENV").first)
    let port = try #require(settings.firstMatch(of: /MARTLET_HTTP_PORT=([0-9]+)/)?.1)
    #expect(try lines("EXPOSE") == ["EXPOSE \(port)"])
    let check = try #require(try lines("HEALTHCHECK").first)
    #expect(check.contains("127.0.0.1/\(port);") && check.contains("GET /healthz "))
    #expect(try lines("USER") == ["USER 10001:10001"])
    let data = try #require(settings.firstMatch(of: /MARTLET_DATA_FOLDER=([^ ]+)/)?.1)
    #expect(try lines("VOLUME") == ["VOLUME \(data)"])
    for line in try lines("COPY") where !line.contains("--from") {
      let source = try #require(line.split(separator: " ").dropFirst().first)
      #expect(FileManager.default.fileExists(atPath: packageFolder.appending(path: String(source)).path), "\(source)")
    }
  }

  /// Swift's own libraries are in the program itself there, and the smallest Debian has those of C and C++.
  @Test func `the image holds every library that the program is linked with`() async throws {
    let program = packageFolder.appending(path: ".build/debug/martlet").path
    let linked = try await Process.named("ldd", [program]).outcome().output
    // What these need in turn, their packages bring along.
    let needed = try await Process.named("readelf", ["-d", program]).outcome().output
    let packages = try #require(try lines("RUN").last)
    let base = Set(["libc6", "libgcc-s1", "libstdc++6"])
    var found = 0
    for match in linked.matches(of: /=> (\/(?:usr\/)?lib\/[a-z0-9_]+-linux-gnu\/([^ ]+))/)
    where needed.contains("[\(match.2)]") {
      let file = URL(fileURLWithPath: String(match.1)).resolvingSymlinksInPath().path
      let owner = try await Process.named("dpkg", ["-S", "*" + file.replacing("/usr/", with: "/")]).outcome().output
      let package = try #require(owner.split(separator: ":").first.map { String($0) }, "\(file)")
      #expect(base.contains(package) || packages.contains(" \(package) "), "\(package) for \(file)")
      found += 1
    }
    #expect(found > 3)
  }

  @Test func `the parts on one machine are those that the program has, before files that are there`() throws {
    let compose = try #require(try Place.documents("compose/compose.yaml").first)
    let services = compose["services"].members
    for part in ["shop", "payments", "search", "jobs"] {
      let service = try #require(services[part])
      #expect(service["command"].texts == ["serve", "--only", part])
      #expect(service["build", "dockerfile"].text == "deploy/container/Containerfile")
      #expect(service["read_only"].text == "true")
      #expect(service["environment", "MARTLET_HTTP_TRUSTS_PROXY"].text == "true")
    }
    let port = try #require(services["shop"]?["environment", "MARTLET_HTTP_PORT"].text)
    let front = try #require(services["front"])
    #expect(front["environment", "NGINX_NODES"].text == "shop:\(port)")
    #expect(front["command"].texts.last?.contains("/etc/martlet/nginx/render") == true)
    for volume in front["volumes"].texts where volume.hasPrefix("..") {
      let source = try #require(volume.split(separator: ":").first.map { String($0) })
      let place = packageFolder.appending(path: "deploy/compose/\(source)").standardizedFileURL.path
      #expect(FileManager.default.fileExists(atPath: place), "\(place)")
    }
    for (name, service) in services {
      for needed in service["depends_on"].members.keys { #expect(services[needed] != nil, "\(name) needs \(needed)") }
      for volume in service["volumes"].texts where !volume.hasPrefix(".") && !volume.hasPrefix("$") {
        #expect(compose["volumes"].members.keys.contains(String(volume.prefix { $0 != ":" })), "\(name): \(volume)")
      }
    }
    // Names are asked for again: the address of a container that was made anew is another.
    #expect(front["environment", "NGINX_RESOLVER"].text == "127.0.0.11")
    #expect(front["image"].text?.contains("nginx:1.28") == true)
    let asked = Set(try Place.text("compose/compose.yaml").matches(of: /\$\{([A-Z_]+)/).map { String($0.1) })
    let sample = Set(try Place.text("compose/martlet.env").matches(of: /(?m)^([A-Z_]+)=/).map { String($0.1) })
    #expect(asked == sample)
  }

  @Test func `nginx reaches pages alone, and the stores are reached by parts alone`() throws {
    let compose = try #require(try Place.documents("compose/compose.yaml").first)
    let networks = compose["services"].members.mapValues { Set($0["networks"].texts) }
    #expect(compose["networks", "stores", "internal"].text == "true")
    for store in ["mariadb", "rabbitmq", "etcd"] { #expect(networks[store] == ["stores"], "\(store)") }
    #expect(networks["front"] == ["front"])
    #expect(networks.filter { $0.value.contains("front") }.keys.sorted() == ["front", "shop"])
    // Whichever of its addresses a part is listed under, the others reach it.
    for part in ["payments", "search", "jobs"] { #expect(networks[part] == ["parts", "stores"], "\(part)") }
    #expect(networks["shop"] == ["front", "parts", "stores"])
    for (name, service) in compose["services"].members where name != "front" { #expect(!service["ports"].isThere) }
  }
}
