"""``import kmsnb`` stays light."""

import subprocess
import sys

import pytest

import kmsnb


def modules_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_import_loads_no_pictures_no_widgets_and_no_moto() -> None:
    loaded = modules_after("import kmsnb")
    assert not {name.split(".")[0] for name in loaded} & {"matplotlib", "ipywidgets", "IPython", "moto"}


def test_a_lab_loads_no_pictures_no_widgets_and_only_the_services_it_stands_on() -> None:
    loaded = modules_after("import kmsnb; kmsnb.start().stop()")
    assert not {name.split(".")[0] for name in loaded} & {"matplotlib", "ipywidgets", "IPython"}
    services = {
        name.split(".")[1] for name in loaded if name.startswith("moto.") and name.endswith(".responses")
    }
    assert services <= {"core", "kms", "iam", "sts", "moto_api", "s3", "s3control"}


def test_the_mocked_kms_knows_nothing_of_notebooks() -> None:
    loaded = modules_after("import kmsnb.kms")
    assert not {name.split(".")[0] for name in loaded} & {"matplotlib", "ipywidgets", "IPython"}
    assert not loaded & {"kmsnb.lab", "kmsnb.figures", "kmsnb.widgets", "kmsnb.exercises"}


def test_envelopes_need_nothing_but_boto3_and_cryptography() -> None:
    loaded = modules_after("import kmsnb; kmsnb.envelope.seal, kmsnb.crypto, kmsnb.broken")
    assert not {name.split(".")[0] for name in loaded} & {
        "matplotlib",
        "ipywidgets",
        "IPython",
        "moto",
        "tqdm",
    }
    ours = {name.split(".")[1] for name in loaded if name.startswith("kmsnb.")}
    assert ours == {"arguments", "broken", "crypto", "envelope", "lazy"}


def test_a_model_and_a_drawing_need_no_widgets_and_no_matplotlib() -> None:
    loaded = modules_after(
        "import kmsnb.widgets.round_trip_model, kmsnb.widgets.flow_model, kmsnb.figures, "
        "kmsnb.exercises.lesson_07"
    )
    assert not {name.split(".")[0] for name in loaded} & {"matplotlib", "ipywidgets", "IPython"}


def test_every_public_name_is_there() -> None:
    for name in kmsnb.__all__:
        assert getattr(kmsnb, name) is not None
        assert name in dir(kmsnb)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'kmsnb' has no attribute 'sart'"):
        _ = kmsnb.sart
