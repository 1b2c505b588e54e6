<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\Form;
use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;
use Leadbridge\Plugin\System\Leadbridge\Lead\Source;

/** Puts the consent boxes of the settings into Joomla's forms. */
final class Boxes
{
    private const FORMS = [
        'com_contact.contact' => Source::CONTACT,
        'com_users.registration' => Source::REGISTRATION,
    ];

    public function __construct(private readonly ConsentTexts $consents, private readonly string $language)
    {
    }

    /** Adds the boxes when this is a form that has some. */
    public function add(Form $form): void
    {
        $source = self::FORMS[$form->getName()] ?? null;
        $texts = $source === null ? [] : $this->consents->shown($source, $this->language);

        if ($texts !== []) {
            $form->load(self::xml($texts)->asXML());
        }
    }

    /** @param  array<string, string>  $texts  by purpose */
    private static function xml(array $texts): \SimpleXMLElement
    {
        $xml = new \SimpleXMLElement('<form/>');
        $fields = $xml->addChild('fields');
        $fields->addAttribute('name', ConsentTexts::GROUP);
        $fields->addAttribute('addfieldprefix', 'Leadbridge\Plugin\System\Leadbridge\Field');
        $fieldset = $fields->addChild('fieldset');
        $fieldset->addAttribute('name', 'leadbridge');

        foreach ($texts as $purpose => $text) {
            $field = $fieldset->addChild('field');
            $field->addAttribute('name', ConsentTexts::PARAMETERS[$purpose]);
            $field->addAttribute('type', 'consent');
            $field->addAttribute('filter', 'alnum');
            $field->addAttribute('text', $text);
        }

        return $xml;
    }
}
