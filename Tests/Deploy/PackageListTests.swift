import Foundation
import TestKit
import Testing

/// What the first page says of what commands do to a machine.
@Suite struct PackageListTests {
  @Test(arguments: ["README.md", "README.zh.md"])
  func `whoever reads the first page knows each package that commands install as root`(_ document: String) throws {
    let page = try String(contentsOf: packageFolder.appending(path: document), encoding: .utf8)
    let setup = try String(contentsOf: packageFolder.appending(path: "bin/setup"), encoding: .utf8)
    let lists = setup.matches(of: /packages\+?=\(([^)]+)\)/).map { $0.1.split(separator: " ") }
    #expect(lists.count == 6)
    for package in Set(lists.joined()) { #expect(page.contains("`\(package)`"), "\(package)") }
    #expect(page.contains("sudo") && page.contains("/usr/sbin/policy-rc.d"))
  }
}
