//! Assets.

use github::{AssetUpload, Kind};
use github_stand_in::Fault;

use crate::Place;
use crate::releases::draft;

fn upload(place: &Place, name: &str, content: &[u8]) -> AssetUpload {
    let path = place.folder.path().join("asset.whl");
    std::fs::write(&path, content).unwrap();
    AssetUpload { path, name: name.into(), label: Some("a & b".into()), content_type: None }
}

#[tokio::test]
async fn a_file_is_attached_once_with_its_type() {
    let place = Place::new();
    let repository = place.repository();
    let release = repository.create_release(&draft("v1")).await.unwrap();
    let upload = upload(&place, "demo-1.0+cu12.whl", b"wheel");
    let first = repository.upload_asset(&release, &upload).await.unwrap();
    let second = repository.upload_asset(&release, &upload).await.unwrap();
    assert_eq!((first.id, first.size, first.state.as_str()), (second.id, 5, "uploaded"));
    let seen = &place.server.releases("octo", "demo")[0].assets;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].content_type.as_str(), seen[0].bytes.as_slice()),
        ("application/zip", b"wheel".as_slice())
    );
    assert_eq!(
        (seen[0].name.as_str(), seen[0].label.as_deref()),
        ("demo-1.0+cu12.whl", Some("a & b"))
    );
}

#[tokio::test]
async fn an_unfinished_upload_is_replaced_and_a_lost_answer_found() {
    for fault in [
        Fault::on("POST", "*/assets").starter(),
        Fault::on("POST", "*/assets").after().cut(),
        Fault::on("POST", "*/assets").before().status(502),
    ] {
        let place = Place::new();
        let repository = place.repository();
        let release = repository.create_release(&draft("v1")).await.unwrap();
        let label = format!("{fault:?}");
        place.server.inject(fault);
        let asset =
            repository.upload_asset(&release, &upload(&place, "a.zip", b"zip")).await.unwrap();
        assert_eq!(asset.state, "uploaded", "{label}");
        let seen = &place.server.releases("octo", "demo")[0].assets;
        assert_eq!((seen.len(), seen[0].bytes.as_slice()), (1, b"zip".as_slice()), "{label}");
    }
}

#[tokio::test]
async fn other_bytes_under_the_name_are_an_error() {
    let place = Place::new();
    let repository = place.repository();
    let release = repository.create_release(&draft("v1")).await.unwrap();
    repository.upload_asset(&release, &upload(&place, "a.zip", b"one")).await.unwrap();
    let error =
        repository.upload_asset(&release, &upload(&place, "a.zip", b"two")).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::AlreadyExists);
    let asset = repository.list_assets(release.id).await.unwrap().remove(0);
    repository.delete_asset(asset.id).await.unwrap();
    repository.delete_asset(asset.id).await.unwrap();
    assert!(repository.list_assets(release.id).await.unwrap().is_empty());
}
