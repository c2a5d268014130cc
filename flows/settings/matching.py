"""Settings of matching: which articles are alike."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from flows.settings.running import MIB


class MatchingSettings(BaseSettings):
    """When two articles are one."""

    near_similarity: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="two articles this similar (Jaccard) are near duplicates: ten words changed in 300 leave 0.82, "
            "another story on the same event stays under 0.3",
        ),
    ] = 0.8
    shingle_words: Annotated[
        int,
        Field(
            ge=1,
            le=16,
            description="words in a shingle: an edited word costs as many shingles, fewer words match by chance",
        ),
    ] = 3
    signature_hashes: Annotated[
        int, Field(ge=8, le=1024, description="MinHash values a signature holds; fixed once tables are there")
    ] = 80
    match_memory_bytes: Annotated[
        int,
        Field(
            ge=1 << 20,
            description="memory for the band keys that are held while pairs are looked for: 512 MB hold those of "
            "400,000 new documents; for more, the kept keys are read several times",
        ),
    ] = 512 * MIB
    bands: Annotated[
        int,
        Field(
            ge=1,
            description="bands of a signature; fixed once tables are there; 16 of 5 hashes find 998 in 1,000 pairs at "
            "similarity 0.8 (16 of 8: 947) and take one pair in 200,000 at 0.05 to be verified",
        ),
    ] = 16

    @model_validator(mode="after")
    def _bands_divide_the_signature(self) -> "MatchingSettings":
        if self.signature_hashes % self.bands:
            raise ValueError(f"signature_hashes ({self.signature_hashes}) must be a multiple of bands ({self.bands})")
        return self
